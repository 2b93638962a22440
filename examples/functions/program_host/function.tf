# What a CNAME record points to, or a proxy sends as the Host header.
output "host" {
  value = provider::aleph::program_host("cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e")
}
