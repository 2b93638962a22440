output "label" {
  value = provider::aleph::hash_to_base32("cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e")
}
