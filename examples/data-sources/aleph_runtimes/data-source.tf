data "aleph_runtimes" "recommended" {}

resource "aleph_volume" "code" {
  content = <<-PYTHON
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            event = await receive()
            return await send({"type": event["type"] + ".complete"})
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Hello from the Aleph network\n"})
  PYTHON

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "hello" {
  name    = "hello"
  code    = { ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "app", interface = "asgi" }
  runtime = { ref = data.aleph_runtimes.recommended.default }
}
