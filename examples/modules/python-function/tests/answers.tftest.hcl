# On the network that ALEPH_API_URL, ALEPH_PRIVATE_KEY and ALEPH_DOMAIN name, such as a local one that runs programs.

variables {
  name         = "hello"
  source_dir   = "./example/app"
  requirements = "./example/requirements.txt"
  variables    = { GREETING = "Hello" }
}

run "publish" {
  assert {
    condition     = endswith(output.url, "/vm/${output.item_hash}")
    error_message = "The URL is not that of the program."
  }
}

run "it_answers" {
  module {
    source = "./tests/ask"
  }

  variables {
    url    = run.publish.url
    answer = "Hello from the Aleph network"
  }
}

run "amend" {
  variables {
    variables = { GREETING = "Good day" }
  }

  assert {
    condition     = output.url != run.publish.url
    error_message = "The amended program still has its old URL."
  }
}

run "the_amended_one_answers" {
  module {
    source = "./tests/ask"
  }

  variables {
    url    = run.amend.url
    answer = "Good day from the Aleph network"
  }
}
