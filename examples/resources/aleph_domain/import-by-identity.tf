import {
  to = aleph_domain.site
  identity = {
    address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
    domain  = "example.org"
  }
}
