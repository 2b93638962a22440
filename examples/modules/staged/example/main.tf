# The same program in two workspaces: a small one by default, and a larger one in `production`.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

module "hello" {
  source     = "../"
  name       = "hello"
  source_dir = "${path.module}/app"

  stages = {
    default    = { seconds = 10 }
    production = { vcpus = 4, memory = 8192 }
  }
}

output "url" {
  description = "Where the program of this workspace answers."
  value       = module.hello.url
}
