data "aleph_pricing" "network" {}

# Credits an hour for a compute unit of a program that runs on demand, and for one that always runs.
output "compute_unit" {
  value = {
    for product in ["program", "program_persistent"] : product => data.aleph_pricing.network.products[product].price.compute_unit.credit
  }
}

# The smallest tier with enough memory for the job.
output "tier" {
  value = [
    for tier in data.aleph_pricing.network.products["program"].tiers : tier.id
    if tier.compute_units * data.aleph_pricing.network.products["program"].compute_unit.memory_mib >= 8192
  ][0]
}
