variable "functions" {
  description = "The functions, by name."

  type = map(object({
    source_dir   = string
    entrypoint   = optional(string, "main:app")
    requirements = optional(string)
    variables    = optional(map(string), {})

    resources = optional(object({
      vcpus   = optional(number, 1)
      memory  = optional(number, 2048)
      seconds = optional(number, 30)
    }), {})
  }))
}

variable "variables" {
  description = "Environment variables of every function; those of a function go before them. They are public on the network: never a secret."
  type        = map(string)
  default     = {}
}

variable "volumes" {
  description = "Volumes that every function mounts, such as `volume` of the module static-dependencies."

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
  description = "Tags of every program and volume."
  type        = list(string)
  default     = []
}
