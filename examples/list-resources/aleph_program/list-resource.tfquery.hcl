# The provider's own programs, all of them.
list "aleph_program" "all" {
  provider = aleph
  limit    = 1000
}

# Of another owner, those in one channel that have one of these tags.
list "aleph_program" "web" {
  provider         = aleph
  include_resource = true

  config {
    address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
    channel = "my-project"
    tags    = ["web", "api"]
  }
}
