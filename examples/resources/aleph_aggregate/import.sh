# By the key, or by the address that owns the document and the key.
terraform import aleph_aggregate.preferences profile
