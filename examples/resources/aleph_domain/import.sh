# By the domain, or by the address that owns it and the domain.
terraform import aleph_domain.site example.org
