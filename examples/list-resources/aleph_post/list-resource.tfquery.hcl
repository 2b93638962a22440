# The provider's own posts of one type.
list "aleph_post" "releases" {
  provider         = aleph
  include_resource = true
  limit            = 1000

  config {
    type = "my-project-release"
  }
}
