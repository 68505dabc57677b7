# One service account for each need, with the least that it needs.

# The functions read payloads of these secrets, and nothing else.
resource "yandex_iam_service_account" "functions" {
  folder_id   = var.folder_id
  name        = "${var.name}-functions"
  description = "rekey's functions: read the keys"
}

resource "yandex_lockbox_secret_iam_member" "managed" {
  for_each = yandex_lockbox_secret.key

  secret_id = each.value.id
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

resource "yandex_lockbox_secret_iam_member" "existing" {
  for_each = var.key_ids

  secret_id = each.value
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

# Lockbox decrypts a wrapped secret in the reader's name.
resource "yandex_kms_symmetric_key_iam_member" "functions" {
  for_each = local.kms_key_ids

  symmetric_key_id = each.value
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

# The gateway calls the functions, and nothing else.
resource "yandex_iam_service_account" "gateway" {
  count = var.access == "jwt" ? 1 : 0

  folder_id   = var.folder_id
  name        = "${var.name}-gateway"
  description = "rekey's gateway: calls the functions"
}

# Whoever may call a function directly can write any event, the gateway's word
# about the caller in it too. So this is a binding, which takes the role away
# from everybody else.
resource "yandex_function_iam_binding" "invokers" {
  for_each = local.functions

  function_id = yandex_function.operation[each.key].id
  role        = "functions.functionInvoker"
  members     = var.access == "jwt" ? ["serviceAccount:${yandex_iam_service_account.gateway[0].id}"] : var.invokers
}
