# Needs no node, no key and no network: what the provider would compute is made up.

mock_provider "aleph" {
  mock_resource "aleph_volume" {
    defaults = {
      id        = "0000000000000000000000000000000000000000000000000000000000000001"
      item_hash = "0000000000000000000000000000000000000000000000000000000000000001"
      ref       = "0000000000000000000000000000000000000000000000000000000000000001"
      encoding  = "squashfs"
    }
  }

  mock_resource "aleph_program" {
    defaults = {
      id        = "0000000000000000000000000000000000000000000000000000000000000002"
      item_hash = "0000000000000000000000000000000000000000000000000000000000000002"
      url       = "https://aleph.sh/vm/0000000000000000000000000000000000000000000000000000000000000002"
    }
  }
}

variables {
  name       = "hello"
  source_dir = "./example/app"
}

run "a_program_runs_the_code" {
  assert {
    condition     = aleph_program.function.code.ref == aleph_volume.code.ref && aleph_program.function.code.entrypoint == "main:app"
    error_message = "The program does not run what is in source_dir."
  }

  assert {
    condition     = aleph_program.function.resources.memory == 2048 && length(aleph_program.function.volumes) == 0
    error_message = "Without arguments, the program is not a small one without volumes."
  }
}

run "volumes_are_mounted" {
  variables {
    volumes = [{ mount = "/data", name = "data", size_mib = 10 }]
  }

  assert {
    condition     = aleph_program.function.volumes[0].mount == "/data"
    error_message = "The volume is not mounted."
  }
}
