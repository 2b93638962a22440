# By the item hash of the first message, whoever owns the key.
data "aleph_ssh_key" "laptop" {
  hash = "7ca869d6d517f0f8b9f80b7e509c15c58296bd7b0cbd337010993f0e60bdd49c"
}

output "authorized_key" {
  value = data.aleph_ssh_key.laptop.key
}
