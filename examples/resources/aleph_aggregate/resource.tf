# What other tools keep under other keys of the document stays.
resource "aleph_aggregate" "preferences" {
  key = "preferences"
  content = jsonencode({
    colour = "green"
    limits = { requests = 100 }
  })
}
