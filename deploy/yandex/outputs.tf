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
  value       = local.secrets
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
  value = [
    for key in yandex_lockbox_secret.key :
    "rekey keys rotate ${key.id} --store lockbox --folder-id ${var.folder_id}"
  ]
}

output "provision" {
  description = "What keeps provisioned_instances ready: see there."
  value = [
    for function in yandex_function.operation : join(" ", [
      "yc serverless function set-scaling-policy --id ${function.id} --tag '${var.tag}'",
      "--provisioned-instances-count ${var.provisioned_instances}",
      "--zone-instances-limit ${try(var.zone_limits.instances, 0)}",
      "--zone-requests-limit ${try(var.zone_limits.requests, 0)}",
    ]) if var.provisioned_instances > 0
  ]
}

output "example" {
  description = "A call that encrypts with the first key. TOKEN is a JSON Web Token of jwt.issuer."
  value = join(" ", concat(
    ["curl -s -d '{\"plaintext\":\"aGVsbG8=\"}'"],
    [for g in yandex_api_gateway.rekey : "-H \"Authorization: Bearer $TOKEN\" https://${g.domain}/kms/v1/keys/${local.key_ids[0]}:encrypt"],
    [for name, f in yandex_function.operation :
      "-H \"Authorization: Bearer $(yc iam create-token)\" 'https://functions.yandexcloud.net/${f.id}?keyId=${local.key_ids[0]}'"
    if var.access == "iam" && name == "encrypt"],
  ))
}
