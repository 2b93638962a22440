# By the item hash of the first message, or of a later one that amends it.
terraform import aleph_ssh_key.laptop 7ca869d6d517f0f8b9f80b7e509c15c58296bd7b0cbd337010993f0e60bdd49c
