# Needs no node, no key and no network: what the provider would compute is made up, and nothing is installed.

mock_provider "aleph" {
  mock_resource "aleph_volume" {
    defaults = {
      ref = "0000000000000000000000000000000000000000000000000000000000000001"
    }
  }
}

mock_provider "terraform" {}

variables {
  name         = "shared"
  requirements = "./example/requirements.txt"
}

run "packages_are_where_python_looks" {
  assert {
    condition     = output.volume.mount == "/opt/packages" && output.volume.ref == aleph_volume.packages.ref
    error_message = "Programs do not mount the packages at /opt/packages."
  }

  assert {
    condition     = aleph_volume.packages.source_dir == "./.build/shared/packages"
    error_message = "The packages are not built in .build."
  }
}
