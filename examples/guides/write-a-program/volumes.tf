resource "aleph_volume" "counter" {
  source_dir = "${path.module}/counter"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "counter" {
  name = "counter"

  code = {
    ref        = aleph_volume.counter.ref
    encoding   = aleph_volume.counter.encoding
    entrypoint = "main:app"
  }

  volumes = [
    {
      mount    = "/var/lib/counter"
      name     = "count"
      size_mib = 10
    },
  ]
}
