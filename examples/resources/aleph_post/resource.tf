# A document that everybody can read: a change of the content keeps its item hash.
resource "aleph_post" "release" {
  type = "my-project-release"
  ref  = "my-project"
  content = jsonencode({
    version = "1.4.0"
    notes   = "Fewer surprises."
  })
}

output "post" {
  value = aleph_post.release.item_hash
}
