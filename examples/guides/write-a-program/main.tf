# The programs of the guide "Write a program", one file for each of its sections.

terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}
