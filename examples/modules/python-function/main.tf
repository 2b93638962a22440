# Other code amends the volume. The program, which follows it, keeps its item hash and URL.
resource "aleph_volume" "code" {
  source_dir = var.source_dir
  tags       = concat([var.name, "code"], var.tags)

  lifecycle {
    create_before_destroy = true
  }
}

module "packages" {
  source         = "../static-dependencies"
  count          = var.requirements == null ? 0 : 1
  name           = var.name
  requirements   = var.requirements
  python_version = var.python_version
  tags           = var.tags
}

resource "aleph_program" "function" {
  name = var.name
  tags = var.tags

  code = {
    ref        = aleph_volume.code.ref
    encoding   = aleph_volume.code.encoding
    entrypoint = var.entrypoint
    interface  = "asgi"
  }

  resources = var.resources
  variables = var.variables
  volumes   = concat(module.packages[*].volume, var.volumes)
}
