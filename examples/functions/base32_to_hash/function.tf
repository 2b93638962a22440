# From the address in a browser to the item hash that an import wants.
locals {
  host = "zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a.aleph.sh"
}

output "item_hash" {
  value = provider::aleph::base32_to_hash(split(".", local.host)[0])
}
