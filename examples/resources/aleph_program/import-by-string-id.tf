import {
  to = aleph_program.hello
  id = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
}
