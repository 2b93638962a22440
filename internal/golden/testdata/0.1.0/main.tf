# Resources of one name belong together: what they publish is kept in one order.

# What every node of the network has.
locals {
  python   = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"
  debian12 = "b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717"
  ubuntu22 = "4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c"

  # The second account of the local node, which has authorised the first.
  other = "0x27b64C530B1C9524F12456b4a215C188420dd19f"
}

# Every argument, with another value than its default.
resource "aleph_volume" "full_file" {
  source_dir      = "testdata/app"
  archive_format  = "zip"
  excludes        = ["notes.txt"]
  storage_engine  = "ipfs"
  keep_superseded = true
  metadata        = jsonencode({ description = "50%20 <&> \u2028", n = 1.50, none = null, deep = [{ flag = true }] })
  tags            = ["a", "b"]
  payment         = { type = "credit", chain = "AVAX", receiver = "someone" }
  channel         = "MINE"
  address         = local.other
  timeouts        = { create = "5m", read = "2m", update = "6m", delete = "7m" }
}

resource "aleph_program" "full" {
  name        = "full"
  tags        = ["a", "b"]
  metadata    = jsonencode({ description = "50%20 <&> \u2028", n = 1.50, none = null, flag = true })
  code        = { ref = local.ubuntu22, encoding = "zip", entrypoint = "main:app", interface = "asgi", args = ["-v", ""], use_latest = false }
  runtime     = { ref = local.debian12, use_latest = false, comment = "<mine>" }
  data        = { ref = local.debian12, encoding = "squashfs", mount = "/data", use_latest = false }
  export      = { encoding = "zip", mount = "/out" }
  on          = { http = false, persistent = true, message = [jsonencode({ sender = "0x1", content = { deep = [1, null] } }), "{ \"channel\":  \"TEST\" }"] }
  environment = { internet = false, aleph_api = false, reproducible = true, shared_cache = true }
  resources   = { vcpus = 2, memory = 4096, seconds = 60, published_ports = [{ port = 80 }, { protocol = "udp", port = 53 }] }
  volumes = [
    { mount = "/a", comment = "<a>", ref = local.debian12, use_latest = false },
    { mount = "/b", ephemeral = true, size_mib = 10 },
    { mount = "/c", size_mib = 20, name = "c", persistence = "store", parent = { ref = local.debian12, use_latest = false } },
    { size_mib = 2000 },
  ]
  variables       = { A = "%20 ' ` \\ \r\n\t é 😀 <>& \u2028 $${x} %%{y}", "é 😀" = "", empty = "" }
  authorized_keys = ["ssh-ed25519 AAAA me@here"]
  requirements = {
    cpu  = { architecture = "arm64", vendor = "v", features = ["sev_snp"] }
    node = { owner = "o", address_regex = "https?://.*", node_hash = local.debian12, terms_and_conditions = local.debian12 }
    gpu  = [{ vendor = "NVIDIA", device_name = "L40S", device_class = "0302", device_id = "10de:26b9" }]
  }
  payment         = { type = "credit", chain = "AVAX", receiver = "someone" }
  channel         = "MINE"
  address         = local.other
  keep_superseded = true
  timeouts        = { create = "5m", read = "2m", update = "6m", delete = "7m" }
}

# Nothing but what is required.
resource "aleph_volume" "minimal_file" {
  content = "minimal"
}

resource "aleph_program" "minimal" {
  code = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
}

# What no amend can change.
resource "aleph_volume" "immutable_file" {
  content    = "immutable"
  use_latest = false
}

resource "aleph_program" "immutable" {
  code        = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
  allow_amend = false
}

# What becomes immutable.
resource "aleph_volume" "frozen_file" {
  content = "frozen"
}

resource "aleph_program" "frozen" {
  code = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
}

# A file whose versions have a name of their own.
resource "aleph_volume" "named" {
  content_base64 = base64encode("named")
  ref_name       = "a name"
}

# What is amended twice.
resource "aleph_volume" "amended_file" {
  source = "testdata/app/main.py"
}

resource "aleph_program" "amended" {
  code = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
}

# A file whose first version another tool forgets, so that no further amend is possible.
resource "aleph_volume" "orphaned_file" {
  content = "orphaned"
}

# What keeps its older versions.
resource "aleph_volume" "kept_file" {
  content         = "kept"
  keep_superseded = true
}

resource "aleph_program" "kept" {
  code            = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
  keep_superseded = true
}

# What is taken out of the state, and imported.
resource "aleph_volume" "imported_file" {
  file_hash = sha256("imported")
  tags      = ["imported"]
}

resource "aleph_program" "imported" {
  name    = "imported"
  code    = { ref = local.python, encoding = "squashfs", entrypoint = "main:app" }
  volumes = [{ mount = "/state", name = "state", size_mib = 100 }]
}

# A program that runs a file which is replaced.
resource "aleph_volume" "mounted" {
  source_dir = "testdata/app"
  use_latest = false

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "mounted" {
  code = {
    ref        = aleph_volume.mounted.ref
    encoding   = aleph_volume.mounted.encoding
    entrypoint = "main:app"
    use_latest = aleph_volume.mounted.use_latest
  }
}
