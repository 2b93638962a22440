# Known when Terraform plans, and the same as the volume's content_hash.
output "code" {
  value = provider::aleph::directory_hash("${path.module}/app", "squashfs")
}

# As a zip, and without the tests.
output "code_without_tests" {
  value = provider::aleph::directory_hash("${path.module}/app", "zip", ["tests/"])
}
