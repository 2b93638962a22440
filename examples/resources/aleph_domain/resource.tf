resource "aleph_volume" "site" {
  source         = "${path.module}/index.html"
  storage_engine = "ipfs"
}

resource "aleph_domain" "site" {
  domain     = "www.example.org"
  type       = "ipfs"
  message_id = aleph_volume.site.item_hash

  options = {
    catch_all_path = "/index.html"
  }
}

# What to create at the DNS provider is known when Terraform plans.
output "records" {
  value = { for r in aleph_domain.site.dns_records : "${r.type} ${r.name}" => r.value }
}
