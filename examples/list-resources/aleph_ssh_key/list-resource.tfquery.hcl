# The provider's own SSH keys, all of them.
list "aleph_ssh_key" "all" {
  provider = aleph
  limit    = 1000
}

# Those with this label.
list "aleph_ssh_key" "laptop" {
  provider         = aleph
  include_resource = true

  config {
    label = "laptop"
  }
}
