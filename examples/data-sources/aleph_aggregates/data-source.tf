# All that the provider's own address keeps.
data "aleph_aggregates" "mine" {}

output "keys" {
  value = data.aleph_aggregates.mine.aggregates[*].key
}
