# The provider's own keys, the newest first.
data "aleph_ssh_keys" "mine" {}

output "authorized_keys" {
  value = data.aleph_ssh_keys.mine.ssh_keys[*].key
}
