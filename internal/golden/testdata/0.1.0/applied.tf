# The second change of what is amended twice; the rest stays as it was changed.
resource "aleph_volume" "full_file" {
  tags = ["b", "a"]
}

resource "aleph_program" "full" {
  tags      = ["b", "a"]
  variables = { A = "b" }
}

resource "aleph_volume" "frozen_file" {
  use_latest = false
}

resource "aleph_program" "frozen" {
  allow_amend = false
}

resource "aleph_volume" "named" {
  content_base64 = base64encode("named, amended")
}

resource "aleph_volume" "amended_file" {
  source   = "testdata/app/templates/page.html"
  metadata = jsonencode({ amended = 2 })
}

resource "aleph_program" "amended" {
  resources = { vcpus = 2, memory = 4096 }
}

resource "aleph_volume" "kept_file" {
  content = "kept, amended again"
}

resource "aleph_program" "kept" {
  environment = { internet = false, shared_cache = true }
}

resource "aleph_volume" "orphaned_file" {
  content = "orphaned, amended"
}
