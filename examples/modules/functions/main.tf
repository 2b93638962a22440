module "function" {
  source   = "../python-function"
  for_each = var.functions

  name         = each.key
  source_dir   = each.value.source_dir
  entrypoint   = each.value.entrypoint
  requirements = each.value.requirements
  resources    = each.value.resources
  variables    = merge(var.variables, each.value.variables)
  volumes      = var.volumes
  tags         = var.tags
}
