# A change of each: it amends, or replaces what is immutable.
resource "aleph_volume" "full_file" {
  excludes       = ["page.html"]
  storage_engine = "storage"
  metadata       = null
  tags           = null
  payment        = { chain = "BASE" }
  channel        = "OTHER"
}

resource "aleph_program" "full" {
  name            = null
  tags            = null
  metadata        = null
  code            = { ref = local.python, encoding = "squashfs", entrypoint = "other:app" }
  runtime         = null
  data            = null
  export          = null
  on              = null
  environment     = null
  resources       = null
  volumes         = [{ mount = "/b", ephemeral = true, size_mib = 20 }]
  variables       = { A = "c" }
  authorized_keys = []
  requirements    = { cpu = {} }
  payment         = { chain = "BASE" }
  channel         = "OTHER"
}

resource "aleph_volume" "minimal_file" {
  content = "minimal, changed"
}

resource "aleph_program" "minimal" {
  name = "minimal"
}

resource "aleph_volume" "immutable_file" {
  content    = "immutable, changed"
  use_latest = false
}

resource "aleph_program" "immutable" {
  resources   = { vcpus = 2 }
  allow_amend = false
}

resource "aleph_volume" "frozen_file" {
  use_latest = false
  tags       = ["changed"]
}

resource "aleph_program" "frozen" {
  allow_amend = true
}

resource "aleph_volume" "named" {
  content_base64 = base64encode("named, changed")
}

resource "aleph_volume" "amended_file" {
  source = "testdata/app/main.py"
}

resource "aleph_program" "amended" {
  volumes = [{ mount = "/a", ref = local.ubuntu22 }]
}

resource "aleph_volume" "kept_file" {
  content = "kept, changed"
}

resource "aleph_program" "kept" {
  on = { message = [jsonencode({ sender = "0x2" })] }
}

resource "aleph_volume" "imported_file" {
  tags = ["changed"]
}

resource "aleph_program" "imported" {
  volumes = [{ mount = "/state", name = "state", size_mib = 200 }]
}

resource "aleph_volume" "mounted" {
  archive_format = "zip"
}

resource "aleph_volume" "orphaned_file" {
  content = "orphaned, changed"
}
