# What is derived from the variables and from ids: derived/variables.tf.

module "derived" {
  source = "./derived"

  architecture       = var.architecture
  archives           = var.archives
  cache_ttl          = var.cache_ttl
  functions          = var.functions
  invokers           = var.invokers
  key_ids            = var.key_ids
  log_requests       = var.log_requests
  name               = var.name
  offline_grace      = var.offline_grace
  region             = var.region
  secret_kms_key_arn = var.secret_kms_key_arn
  timeout            = var.timeout

  log_group_arns = local.log_group_arns
  secret_arn     = local.secret_arn
  urls           = local.urls
}
