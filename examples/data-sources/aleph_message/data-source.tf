data "aleph_message" "published" {
  item_hash = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
}

output "entrypoint" {
  value = jsondecode(data.aleph_message.published.content).code.entrypoint
}
