resource "aleph_volume" "code" {
  source_dir = "${path.module}/app"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "hello" {
  name = "hello"

  # app/main.py has an ASGI application named `app`.
  code = {
    ref        = aleph_volume.code.ref
    encoding   = aleph_volume.code.encoding
    entrypoint = "main:app"
  }

  resources = {
    vcpus  = 1
    memory = 2048
  }

  volumes = [
    {
      mount    = "/var/lib/hello"
      name     = "state"
      size_mib = 500
    },
  ]

  # Public on the network: never a secret.
  variables = {
    GREETING = "Hello"
  }
}

output "url" {
  value = aleph_program.hello.url
}
