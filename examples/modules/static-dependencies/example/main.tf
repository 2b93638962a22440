# Two programs that share one volume of packages.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

variable "existing_packages" {
  description = "Item hash of a volume of packages that another tool has published, to go on with."
  type        = string
  default     = null
}

import {
  for_each = toset(var.existing_packages[*])
  to       = module.packages.aleph_volume.packages
  id       = each.value
}

module "packages" {
  source       = "../"
  name         = "shared"
  requirements = "${path.module}/requirements.txt"
}

module "hello" {
  source     = "../../python-function"
  name       = "hello"
  source_dir = "${path.module}/hello"
  volumes    = [module.packages.volume]
}

module "echo" {
  source     = "../../python-function"
  name       = "echo"
  source_dir = "${path.module}/echo"
  volumes    = [module.packages.volume]
}

output "urls" {
  description = "Where the programs answer."

  value = {
    hello = module.hello.url
    echo  = module.echo.url
  }
}
