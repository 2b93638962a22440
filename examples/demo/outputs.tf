output "url" {
  description = "Where the program answers."
  value       = aleph_program.sayings.url
}
