output "urls" {
  description = "Where each function answers, by name."
  value       = { for name, function in module.function : name => function.url }
}

output "item_hashes" {
  description = "The item hash of each function's program, by name."
  value       = { for name, function in module.function : name => function.item_hash }
}
