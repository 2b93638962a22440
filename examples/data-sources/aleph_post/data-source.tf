# By the item hash of the first message, or of one that amends it.
data "aleph_post" "release" {
  hash = "e6cd9087edd79ad4493a3838227cc0123cfadcd84836db33cf89d6b68d6d98d0"
}

output "version" {
  value = jsondecode(data.aleph_post.release.content).version
}
