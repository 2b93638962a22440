# By the item hash of the live version, or of an older one that is alive.
terraform import aleph_program.hello cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e
