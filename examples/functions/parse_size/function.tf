variable "memory" {
  description = "Memory of the program, such as 4GiB."
  type        = string
  default     = "4GiB"
}

# What `memory` of a program's resources takes, in MiB.
output "memory" {
  value = provider::aleph::parse_size(var.memory)
}
