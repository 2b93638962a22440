variable "name" {
  description = "Name of the program, before that of its stage."
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

variable "stages" {
  description = "What the program is given, by the name of the workspace; `default` is for those that are not named."

  type = map(object({
    vcpus   = optional(number, 1)
    memory  = optional(number, 2048)
    seconds = optional(number, 30)
  }))

  default = {
    default    = {}
    production = { vcpus = 4, memory = 8192 }
  }

  validation {
    condition     = contains(keys(var.stages), "default")
    error_message = "One of the stages must be named default."
  }
}

variable "variables" {
  description = "Environment variables, beside `STAGE`. They are public on the network: never a secret."
  type        = map(string)
  default     = {}
}
