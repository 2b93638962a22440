resource "aleph_volume" "packages" {
  source_dir = "${path.module}/packages"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_volume" "packaged" {
  source_dir = "${path.module}/packaged"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "packaged" {
  name = "packaged"

  code = {
    ref        = aleph_volume.packaged.ref
    encoding   = aleph_volume.packaged.encoding
    entrypoint = "main:app"
  }

  volumes = [
    {
      mount = "/opt/packages"
      ref   = aleph_volume.packages.ref
    },
  ]
}
