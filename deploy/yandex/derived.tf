# What is derived from the variables and from ids: derived/variables.tf.

module "derived" {
  source = "./derived"

  access                = var.access
  cache_ttl             = var.cache_ttl
  concurrency           = var.concurrency
  folder_id             = var.folder_id
  invokers              = var.invokers
  jwt                   = var.jwt
  key_ids               = var.key_ids
  keys                  = var.keys
  kms_key_ids           = var.kms_key_ids
  log_requests          = var.log_requests
  name                  = var.name
  offline_grace         = var.offline_grace
  provisioned_instances = var.provisioned_instances
  rate_limit            = var.rate_limit
  routes                = var.routes
  security_profile_id   = var.security_profile_id
  tag                   = var.tag
  timeout               = var.timeout
  zone_limits           = var.zone_limits

  function_ids       = local.function_ids
  gateway_account_id = local.gateway_account_id
  gateway_domain     = local.gateway_domain
  gateway_id         = local.gateway_id
  secret_ids         = local.secret_ids
}
