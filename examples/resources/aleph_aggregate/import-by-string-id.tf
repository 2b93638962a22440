import {
  to = aleph_aggregate.preferences
  id = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1/profile"
}
