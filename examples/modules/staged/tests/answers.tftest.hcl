# On the network that ALEPH_API_URL, ALEPH_PRIVATE_KEY and ALEPH_DOMAIN name, such as a local one that runs programs.

run "publish" {
  variables {
    name       = "hello"
    source_dir = "./example/app"
  }
}

run "it_answers" {
  module {
    source = "../python-function/tests/ask"
  }

  variables {
    url    = run.publish.url
    answer = "Hello from the Aleph network"
  }
}
