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

run "one_program_for_each_entry" {
  variables {
    functions = {
      hello = { source_dir = "./example/hello" }
      echo  = { source_dir = "./example/echo" }
    }
  }

  assert {
    condition     = keys(output.urls) == ["echo", "hello"]
    error_message = "Not every entry of the map has a program with a URL."
  }
}
