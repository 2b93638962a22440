variable "channel" {
  description = "Label of every message that this configuration publishes."
  type        = string
  default     = "terraform-demo"
}

variable "vcpus" {
  description = "Virtual processors of the program; each comes with 2,048 MiB."
  type        = number
  default     = 1
}

variable "allow_amend" {
  description = "Whether the program may be amended; with false, every change of it is a replacement."
  type        = bool
  default     = true
}
