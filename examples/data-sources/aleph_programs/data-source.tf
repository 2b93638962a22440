# The provider's own programs that have one of these tags.
data "aleph_programs" "web" {
  tags = ["web", "api"]
}

output "urls" {
  value = { for program in data.aleph_programs.web.programs : program.item_hash => program.url }
}
