# By the item hash of any version, whoever owns it.
data "aleph_volume" "packages" {
  hash = "6dfb5f9bd8a52db2cd7f4a1e6d2dbf1b3b1b0b8bdc2b8f7d0b5cf0a9e5b7a3c1"
}

# By the name that its owner gave it; the provider's own address is the owner.
data "aleph_volume" "site" {
  ref_name = "site"
}

output "mount" {
  value = { mount = "/opt/packages", ref = data.aleph_volume.packages.ref }
}
