# What is sent and never arrives.
resource "aleph_volume" "unsent_file" {
  content  = "unsent"
  timeouts = { create = "1s" }
}

resource "aleph_program" "unsent" {
  code     = { ref = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696", encoding = "squashfs", entrypoint = "main:app" }
  timeouts = { create = "1s" }
}
