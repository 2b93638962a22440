# The provider's own address is the owner.
data "aleph_domain" "site" {
  domain = "example.org"
}

output "leads_to" {
  value = data.aleph_domain.site.message_id
}
