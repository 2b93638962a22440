output "item_hash" {
  value = provider::aleph::item_hash(jsonencode({ body = "Hello" }))
}
