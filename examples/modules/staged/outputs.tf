output "url" {
  description = "Where the program of this stage answers."
  value       = module.function.url
}

output "resources" {
  description = "What the program of this stage is given."
  value       = local.resources
}
