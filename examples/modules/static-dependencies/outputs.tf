output "volume" {
  description = "The packages, as an element of a program's `volumes`."

  value = {
    comment    = "packages: ${var.name}"
    mount      = var.mount
    ref        = aleph_volume.packages.ref
    use_latest = aleph_volume.packages.use_latest
  }
}

output "content_hash" {
  description = "Hash of the packages: known when Terraform plans, unless they are built anew."
  value       = aleph_volume.packages.content_hash
}
