# One program, with the packages that it imports.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

module "hello" {
  source       = "../"
  name         = "hello"
  source_dir   = "${path.module}/app"
  requirements = "${path.module}/requirements.txt"

  variables = {
    GREETING = "Hello"
  }
}

# The price of a program of this size, before there is one. A check never stops a plan or an apply: it warns.
data "aleph_price_estimate" "hello" {}

check "cost" {
  assert {
    condition     = coalesce(data.aleph_price_estimate.hello.lasts_days, 30) >= 30
    error_message = "With one more such program, the credits last less than a month."
  }
}

output "url" {
  description = "Where the program answers."
  value       = module.hello.url
}
