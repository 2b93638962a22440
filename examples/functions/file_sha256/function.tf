# The name that the network's storage gives to a file.
output "content_hash" {
  value = provider::aleph::file_sha256("${path.module}/app/main.py")
}
