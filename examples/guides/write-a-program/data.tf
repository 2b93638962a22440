resource "aleph_volume" "data" {
  source_dir     = "${path.module}/data"
  archive_format = "zip"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_volume" "reader" {
  source_dir = "${path.module}/reader"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "reader" {
  name = "reader"

  code = {
    ref        = aleph_volume.reader.ref
    encoding   = aleph_volume.reader.encoding
    entrypoint = "main:app"
  }

  data = {
    ref      = aleph_volume.data.ref
    encoding = aleph_volume.data.encoding
    mount    = "/data"
  }
}
