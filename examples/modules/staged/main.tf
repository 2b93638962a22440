module "function" {
  source = "../python-function"

  name         = "${var.name}-${terraform.workspace}"
  source_dir   = var.source_dir
  entrypoint   = var.entrypoint
  requirements = var.requirements
  resources    = local.resources
  variables    = merge(var.variables, { STAGE = terraform.workspace })
  tags         = [terraform.workspace]
}

locals {
  resources = lookup(var.stages, terraform.workspace, var.stages["default"])
}
