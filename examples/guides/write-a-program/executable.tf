resource "terraform_data" "server" {
  triggers_replace = filesha256("${path.module}/server/main.go")

  provisioner "local-exec" {
    working_dir = "${path.module}/server"
    command     = "go build -trimpath -ldflags=-s -o ../.build/server/server ."

    # A file of its own, for the machines of the network: nothing else need be installed there.
    environment = {
      CGO_ENABLED = "0"
      GOOS        = "linux"
      GOARCH      = "amd64"
    }
  }
}

resource "aleph_volume" "server" {
  # The id is unknown while the builder is planned to run, and so is the path: what it builds is hashed after it has run.
  source_dir     = "${path.module}/.build/${terraform_data.server.id != "" ? "server" : ""}"
  archive_format = "zip"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "server" {
  name = "server"

  code = {
    ref        = aleph_volume.server.ref
    encoding   = aleph_volume.server.encoding
    entrypoint = "server"
  }
}
