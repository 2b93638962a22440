terraform {
  required_providers {
    aleph = {
      source = "aleph-im/aleph"
    }
  }
}

# The key comes from ALEPH_PRIVATE_KEY, ALEPH_PRIVATE_KEY_FILE, a keystore or a mnemonic: better not from here.
provider "aleph" {
  api_url = "https://api.aleph.im"
  channel = "my-project"
}
