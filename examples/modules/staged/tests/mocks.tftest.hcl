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

run "the_default_stage" {
  variables {
    stages = { default = { seconds = 10 }, production = { vcpus = 4, memory = 8192 } }
  }

  assert {
    condition     = output.resources.seconds == 10 && output.resources.vcpus == 1
    error_message = "The workspace default has not what the stage of this name says."
  }
}

run "a_default_is_needed" {
  command = plan

  variables {
    stages = { production = {} }
  }

  expect_failures = [var.stages]
}
