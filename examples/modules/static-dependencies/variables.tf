variable "name" {
  description = "Name of the set of packages: a tag of its volume, and a directory below `.build`."
  type        = string
}

variable "requirements" {
  description = "Path of the requirements.txt to install."
  type        = string
}

variable "python_version" {
  description = "Version of Python that the packages are for: that of the runtime."
  type        = string
  default     = "3.11"
}

variable "build_dir" {
  description = "Directory to build in. Defaults to `.build/NAME` in the root module."
  type        = string
  default     = null
}

variable "mount" {
  description = "Where programs see the packages. The network's Python runtime imports from `/opt/packages`."
  type        = string
  default     = "/opt/packages"
}

variable "tags" {
  description = "Further tags of the volume."
  type        = list(string)
  default     = []
}
