# The provider's own domains, all of them.
list "aleph_domain" "all" {
  provider = aleph
}
