# The name that IPFS gives to a file.
output "content_hash" {
  value = provider::aleph::file_cid("${path.module}/app/main.py")
}
