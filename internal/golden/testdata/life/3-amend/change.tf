# One change of everything that follows, and the first of what is amended twice.
resource "aleph_volume" "full_file" {
  tags = ["b", "a"]
}

resource "aleph_program" "full" {
  tags      = ["b", "a"]
  variables = { A = "b" }
}

resource "aleph_volume" "named" {
  content_base64 = base64encode("named, amended")
}

resource "aleph_volume" "amended_file" {
  source = "testdata/app/templates/page.html"
}

resource "aleph_program" "amended" {
  resources = { vcpus = 2 }
}

resource "aleph_volume" "kept_file" {
  content = "kept, amended"
}

resource "aleph_program" "kept" {
  environment = { internet = false }
}

resource "aleph_volume" "orphaned_file" {
  content = "orphaned, amended"
}
