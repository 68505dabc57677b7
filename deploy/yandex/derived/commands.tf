# What is left for people to run.

output "first_versions" {
  value = [for id in values(local.secret_ids) : "rekey keys rotate ${id} --store lockbox --folder-id ${var.folder_id}"]
}

output "provision" {
  value = [
    for id in values(local.function_ids) : join(" ", [
      "yc serverless function set-scaling-policy --id ${id} --tag '${var.tag}'",
      "--provisioned-instances-count ${var.provisioned_instances}",
      "--zone-instances-limit ${try(var.zone_limits.instances, 0)}",
      "--zone-requests-limit ${try(var.zone_limits.requests, 0)}",
    ]) if var.provisioned_instances > 0
  ]
}

output "example" {
  value = join(" ", ["curl -s -d '{\"plaintext\":\"aGVsbG8=\"}'", var.access == "jwt" ?
    "-H \"Authorization: Bearer $TOKEN\" https://${var.gateway_domain}/kms/v1/keys/${local.key_ids[0]}:encrypt" :
    "-H \"Authorization: Bearer $(yc iam create-token)\" 'https://functions.yandexcloud.net/${local.function_ids["encrypt"]}?keyId=${local.key_ids[0]}'"
  ])
}
