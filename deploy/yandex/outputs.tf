output "url" {
  description = "What /kms/v1/keys/... is appended to; null without a gateway."
  value       = one([for gateway in yandex_api_gateway.rekey : "https://${gateway.domain}"])
}

output "function_urls" {
  description = "The functions, by name, for direct invocation by invokers: POST, with keyId in the body and an IAM token."
  value       = { for name, f in yandex_function.operation : name => "https://functions.yandexcloud.net/${f.id}" }
}

output "key_ids" {
  description = "The ids of the keys that Terraform made, by name."
  value       = { for name, key in yandex_lockbox_secret.key : name => key.id }
}

output "first_version_commands" {
  description = "Make the first version of each key that Terraform made: until then it is not usable (FAILED_PRECONDITION). Later the same command rotates."
  value       = [for name, key in yandex_lockbox_secret.key : "rekey keys rotate ${key.id} --store lockbox --folder-id ${var.folder_id}"]
}

output "service_account_id" {
  description = "The service account that reads the keys."
  value       = yandex_iam_service_account.functions.id
}

output "log_group_id" {
  description = "Where functions and gateway log."
  value       = yandex_logging_group.rekey.id
}

output "provisioned_commands" {
  description = "Keep instances ready, if provisioned_instances is not 0."
  value = var.provisioned_instances == 0 ? [] : [for f in yandex_function.operation : join(" ", concat(
    ["yc serverless function set-scaling-policy --id ${f.id} --tag '$latest' --provisioned-instances-count ${var.provisioned_instances}"],
    var.instances_limit == null ? [] : ["--zone-instances-limit ${var.instances_limit}"],
    var.requests_limit == null ? [] : ["--zone-requests-limit ${var.requests_limit}"],
  ))]
}
