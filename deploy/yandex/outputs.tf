output "gateway_url" {
  description = "Where the API is; null with access = \"iam\"."
  value       = one([for g in yandex_api_gateway.rekey : "https://${g.domain}"])
}

output "function_ids" {
  description = "The functions' ids, by operation, or of all."
  value       = { for name, function in yandex_function.operation : name => function.id }
}

output "function_versions" {
  description = "The versions of the functions that were made last, by operation: note them before an upgrade."
  value       = { for name, function in yandex_function.operation : name => function.version }
}

output "key_ids" {
  description = "The ids of the keys that are served, by name; of those in key_ids, by id."
  value       = module.derived.secrets
}

output "log_group_id" {
  description = "Where functions and gateway log: yc logging read --group-id ID."
  value       = yandex_logging_group.rekey.id
}

output "service_account_ids" {
  description = "What functions and gateway run as: give them no other roles."
  value = {
    functions = yandex_iam_service_account.functions.id
    gateway   = one(yandex_iam_service_account.gateway[*].id)
  }
}

output "first_versions" {
  description = "What gives a new key its first version; a key that has one is rotated. `rekey keys check` names those without."
  value       = module.derived.first_versions
}

output "provision" {
  description = "What keeps provisioned_instances ready: see there."
  value       = module.derived.provision
}

output "example" {
  description = "A call that encrypts with the first key. TOKEN is a JSON Web Token of jwt.issuer."
  value       = module.derived.example
}

output "alerts" {
  description = "The alerts of docs/operations.md, to be entered in Monitoring, Alerts: no API makes them."
  value = {
    for name, alert in module.derived.alerts : name => merge(alert, { query = replace(alert.query, "'", "\"") })
  }
}
