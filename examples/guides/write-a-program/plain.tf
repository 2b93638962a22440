resource "aleph_volume" "plain" {
  source = "${path.module}/plain.py"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "plain" {
  name = "plain"

  code = {
    ref        = aleph_volume.plain.ref
    encoding   = aleph_volume.plain.encoding
    entrypoint = "app"
    interface  = "asgi"
  }
}
