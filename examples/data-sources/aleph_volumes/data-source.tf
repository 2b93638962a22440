# What another owner has stored in a channel.
data "aleph_volumes" "theirs" {
  address = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
  channel = "my-project"
}

output "files" {
  value = { for volume in data.aleph_volumes.theirs.volumes : volume.id => volume.content_hash }
}
