# The domains that another owner has registered.
data "aleph_domains" "theirs" {
  address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
}

output "domains" {
  value = { for d in data.aleph_domains.theirs.domains : d.domain => d.message_id }
}
