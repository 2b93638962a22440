# What another owner has posted of one type.
data "aleph_posts" "releases" {
  address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
  type    = "my-project-release"
}

output "versions" {
  value = [for post in data.aleph_posts.releases.posts : jsondecode(post.content).version]
}
