# One program for each framework, all from one directory, with one volume of packages.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

locals {
  entrypoints = {
    fastapi      = "with_fastapi:app"
    starlette    = "with_starlette:app"
    streaming    = "with_streaming:app"
    endless      = "with_streaming:as_it_is"
    static-files = "with_static_files:app"
    django       = "with_django:app"
    flask        = "with_flask:app"
    quart        = "with_quart:app"
    falcon       = "with_falcon:app"
    aiohttp      = "with_aiohttp.py" # a file that is executed
  }
}

module "packages" {
  source       = "../../modules/static-dependencies"
  name         = "frameworks"
  requirements = "${path.module}/requirements.txt"
}

resource "aleph_volume" "code" {
  source_dir = "${path.module}/app"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "framework" {
  for_each = local.entrypoints
  name     = each.key

  code = {
    ref        = aleph_volume.code.ref
    encoding   = aleph_volume.code.encoding
    entrypoint = each.value
  }

  resources = {
    seconds = each.key == "endless" ? 5 : 30
  }

  volumes = [module.packages.volume]
}

output "urls" {
  value = { for name, program in aleph_program.framework : name => program.url }
}
