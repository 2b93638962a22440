# On the network that ALEPH_API_URL, ALEPH_PRIVATE_KEY and ALEPH_DOMAIN name, such as a local one that runs programs.

variables {
  name         = "shared"
  requirements = "./example/requirements.txt"
}

run "publish_packages" {}

run "publish_a_program" {
  module {
    source = "../python-function"
  }

  variables {
    name       = "hello"
    source_dir = "./example/hello"
    # The program needs no packages of its own.
    requirements = null
    volumes      = [run.publish_packages.volume]
  }
}

run "it_answers" {
  module {
    source = "../python-function/tests/ask"
  }

  variables {
    url    = run.publish_a_program.url
    answer = "Hello from the Aleph network"
  }
}
