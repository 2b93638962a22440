# A set of programs from one map. The first of them had a module of its own once.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

# To move a resource publishes nothing: the program keeps its item hash and URL.
moved {
  from = module.hello
  to   = module.functions.module.function["hello"]
}

module "functions" {
  source = "../"
  tags   = ["example"]

  functions = {
    hello = { source_dir = "${path.module}/hello" }

    echo = {
      source_dir = "${path.module}/echo"
      resources  = { vcpus = 2, memory = 4096 }
    }
  }
}

output "urls" {
  description = "Where the programs answer, by name."
  value       = module.functions.urls
}
