output "url" {
  description = "Where the program answers. It changes when the program is amended, and not when only its code or packages are."
  value       = aleph_program.function.url
}

output "item_hash" {
  description = "Item hash of the program: what a domain points to."
  value       = aleph_program.function.item_hash
}

output "code" {
  description = "Item hash of the code's volume."
  value       = aleph_volume.code.id
}
