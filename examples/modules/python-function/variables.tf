variable "name" {
  description = "Name of the program, and a tag of its volumes."
  type        = string
}

variable "source_dir" {
  description = "Directory of the code."
  type        = string
}

variable "entrypoint" {
  description = "The ASGI application, as `module:application`."
  type        = string
  default     = "main:app"
}

variable "requirements" {
  description = "Path of a requirements.txt whose packages the program imports; none by default."
  type        = string
  default     = null
}

variable "python_version" {
  description = "Version of Python that the packages are for: that of the runtime."
  type        = string
  default     = "3.11"
}

variable "resources" {
  description = "What the program is given; 1 vCPU, 2,048 MiB and 30 seconds a call by default."

  type = object({
    vcpus   = optional(number, 1)
    memory  = optional(number, 2048)
    seconds = optional(number, 30)
  })

  default = {}
}

variable "variables" {
  description = "Environment variables. They are public on the network: never a secret."
  type        = map(string)
  default     = {}
}

variable "volumes" {
  description = "Further volumes to mount, such as `volume` of the module static-dependencies."

  type = list(object({
    mount      = string
    comment    = optional(string)
    ref        = optional(string)
    use_latest = optional(bool)
    name       = optional(string)
    size_mib   = optional(number)
  }))

  default = []
}

variable "tags" {
  description = "Tags of the program and of its volumes."
  type        = list(string)
  default     = []
}
