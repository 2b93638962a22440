resource "aleph_volume" "lifespan" {
  source_dir     = "${path.module}/lifespan"
  archive_format = "zip"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "lifespan" {
  name = "lifespan"

  code = {
    ref        = aleph_volume.lifespan.ref
    encoding   = aleph_volume.lifespan.encoding
    entrypoint = "main:app"
  }
}
