resource "aleph_volume" "node" {
  source_dir     = "${path.module}/node"
  archive_format = "zip"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "node" {
  name = "node"

  code = {
    ref        = aleph_volume.node.ref
    encoding   = aleph_volume.node.encoding
    entrypoint = "run.sh"
  }
}
