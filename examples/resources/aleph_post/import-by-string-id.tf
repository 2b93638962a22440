import {
  to = aleph_post.release
  id = "6dfb5f9bd8a52db2cd7f4a1e6d2dbf1b3b1b0b8bdc2b8f7d0b5cf0a9e5b7a3c1"
}
