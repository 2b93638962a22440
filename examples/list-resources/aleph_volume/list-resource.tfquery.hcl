# The provider's own volumes, all of them.
list "aleph_volume" "all" {
  provider = aleph
  limit    = 1000
}

# The one with this name.
list "aleph_volume" "site" {
  provider         = aleph
  include_resource = true

  config {
    ref_name = "site"
  }
}
