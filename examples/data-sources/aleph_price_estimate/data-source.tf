# A program that does not exist yet. What is left out is as in aleph_program.
data "aleph_price_estimate" "api" {
  resources   = { vcpus = 2, memory = 4096 }
  environment = { internet = false }
  volumes     = [{ size_mib = 10240 }]
}

# A file of 100 MiB.
data "aleph_price_estimate" "model" {
  size = 100 * 1024 * 1024
}

output "credits_per_day" {
  value = {
    api   = data.aleph_price_estimate.api.per_day
    model = data.aleph_price_estimate.model.per_day
  }
}

# Checked at every plan and apply, and only warned of. The figures are null where the node does not tell them.
check "credits" {
  assert {
    condition     = coalesce(data.aleph_price_estimate.api.missing, 0) == 0
    error_message = "The network would refuse the program."
  }

  assert {
    condition     = coalesce(data.aleph_price_estimate.api.lasts_days, 30) >= 30
    error_message = "With the program, the credits last less than a month."
  }
}
