data "aleph_node" "current" {}

output "node" {
  value = "${data.aleph_node.current.url} takes files of up to ${data.aleph_node.current.storage.max_file_size} bytes"
}
