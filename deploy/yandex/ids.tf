# What only the cloud knows. Tests and the stage give their own.

locals {
  function_ids       = { for name, function in yandex_function.operation : name => function.id }
  gateway_account_id = one(yandex_iam_service_account.gateway[*].id)
  gateway_domain     = one(yandex_api_gateway.rekey[*].domain)
  gateway_id         = one(yandex_api_gateway.rekey[*].id)
  secret_ids         = { for name, key in yandex_lockbox_secret.key : name => key.id }
}
