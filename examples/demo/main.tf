# A saying of the day, served by a Python program on the Aleph network.
#
# The node and the key come from the environment: ALEPH_API_URL and ALEPH_PRIVATE_KEY.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

provider "aleph" {
  channel = var.channel
}

# What runs. Other code amends the volume; the program, which follows it, keeps its item hash and URL.
resource "aleph_volume" "app" {
  source_dir = "${path.module}/app"
  tags       = ["sayings", "code"]

  lifecycle {
    create_before_destroy = true
  }
}

# What `pip install --target packages ...` would fill: Python finds it at /opt/packages.
resource "aleph_volume" "packages" {
  source_dir = "${path.module}/packages"
  tags       = ["sayings", "packages"]

  lifecycle {
    create_before_destroy = true
  }
}

# Immutable: other sayings are another volume, and the program is amended to mount it.
resource "aleph_volume" "sayings" {
  source_dir = "${path.module}/sayings"
  tags       = ["sayings", "data"]
  use_latest = false

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "sayings" {
  name        = "sayings"
  tags        = ["sayings"]
  allow_amend = var.allow_amend

  code = {
    ref        = aleph_volume.app.ref
    encoding   = aleph_volume.app.encoding
    entrypoint = "main:app"
  }

  resources = {
    vcpus  = var.vcpus
    memory = var.vcpus * 2048
  }

  volumes = [
    {
      comment    = "dependencies"
      mount      = "/opt/packages"
      ref        = aleph_volume.packages.ref
      use_latest = aleph_volume.packages.use_latest
    },
    {
      comment    = "data"
      mount      = "/opt/sayings"
      ref        = aleph_volume.sayings.ref
      use_latest = aleph_volume.sayings.use_latest
    },
  ]

  variables = {
    MACHINE = "a machine of ${var.vcpus} vCPU"
    SAYINGS = "/opt/sayings/sayings.json"
  }
}
