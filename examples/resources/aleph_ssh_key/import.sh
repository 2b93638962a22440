# By the item hash of the first message, or of a later one that amends it.
terraform import aleph_ssh_key.laptop 6dfb5f9bd8a52db2cd7f4a1e6d2dbf1b3b1b0b8bdc2b8f7d0b5cf0a9e5b7a3c1
