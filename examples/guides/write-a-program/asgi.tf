resource "aleph_volume" "asgi" {
  source_dir = "${path.module}/asgi"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "asgi" {
  name = "asgi"

  code = {
    ref        = aleph_volume.asgi.ref
    encoding   = aleph_volume.asgi.encoding
    entrypoint = "main:app"
  }
}
