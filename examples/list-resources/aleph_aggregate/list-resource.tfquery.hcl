# All that another owner keeps.
list "aleph_aggregate" "theirs" {
  provider         = aleph
  include_resource = true

  config {
    address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
  }
}
