# The domains that another owner has registered.
data "aleph_aggregate" "domains" {
  address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
  key     = "domains"
}

output "domains" {
  value = keys(jsondecode(data.aleph_aggregate.domains.content))
}
