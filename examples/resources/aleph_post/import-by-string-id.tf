import {
  to = aleph_post.release
  id = "e6cd9087edd79ad4493a3838227cc0123cfadcd84836db33cf89d6b68d6d98d0"
}
