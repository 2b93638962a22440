import {
  to = aleph_ssh_key.laptop
  id = "7ca869d6d517f0f8b9f80b7e509c15c58296bd7b0cbd337010993f0e60bdd49c"
}
