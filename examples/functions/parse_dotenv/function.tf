# What `variables` of a program takes. They are public on the network: no secrets.
output "variables" {
  value = provider::aleph::parse_dotenv(file("${path.module}/app/settings.env"))
}
