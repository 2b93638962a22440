# On the network that ALEPH_API_URL, ALEPH_PRIVATE_KEY and ALEPH_DOMAIN name, such as a local one that runs programs.

run "publish" {
  variables {
    functions = {
      hello = { source_dir = "./example/hello" }
      echo  = { source_dir = "./example/echo", resources = { vcpus = 2, memory = 4096 } }
    }
  }
}

run "hello_answers" {
  module {
    source = "../python-function/tests/ask"
  }

  variables {
    url    = run.publish.urls["hello"]
    answer = "Hello from the Aleph network"
  }
}

run "echo_answers" {
  module {
    source = "../python-function/tests/ask"
  }

  variables {
    url    = "${run.publish.urls["echo"]}/back"
    answer = "You asked for /back"
  }
}
