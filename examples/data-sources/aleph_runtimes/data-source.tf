data "aleph_runtimes" "recommended" {}

resource "aleph_volume" "code" {
  content = "def app(): pass"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "hello" {
  code    = { ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "app", interface = "asgi" }
  runtime = { ref = data.aleph_runtimes.recommended.default }
}
