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

output "url" {
  description = "Where the program answers."
  value       = module.hello.url
}
