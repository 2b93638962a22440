# Any version will do: the data source tells of the one that runs now.
data "aleph_program" "hello" {
  hash = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
}

output "url" {
  value = data.aleph_program.hello.url
}

check "funds" {
  assert {
    condition     = data.aleph_program.hello.status == "processed"
    error_message = "The program is ${data.aleph_program.hello.status}: its owner has run out of funds."
  }
}
