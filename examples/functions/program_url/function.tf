# The address of a program that another configuration runs.
variable "program" {
  description = "Item hash of the program."
  type        = string
  default     = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
}

output "url" {
  value = provider::aleph::program_url(var.program)
}

# The same on a gateway of one's own.
output "own_url" {
  value = provider::aleph::program_url(var.program, "programs.example.org")
}
