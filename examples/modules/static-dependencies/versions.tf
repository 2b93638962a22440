terraform {
  required_version = ">= 1.11"

  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}
