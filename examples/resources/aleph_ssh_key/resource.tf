# The key that the network's tools offer for new instances. Only the public half is ever published.
resource "aleph_ssh_key" "laptop" {
  key   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6ufBwLv4PQfMTwbMoaqzoMXiEkMI8GVvL5nPSPkpVj ada@laptop"
  label = "laptop"
}

output "fingerprint" {
  value = aleph_ssh_key.laptop.fingerprint
}
