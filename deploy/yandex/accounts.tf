# Service accounts, one for each need, and who may do what. Every role is on a
# single resource and none on the folder. Roles on the folder or cloud come on
# top of these and cannot be taken away here: see docs/lockbox.md.

# What the functions run as.
resource "yandex_iam_service_account" "functions" {
  folder_id   = var.folder_id
  name        = "${var.name}-functions"
  description = "reads the keys of ${var.name}"
}

# A member adds one role and leaves the others of the secret alone; a binding
# would take lockbox.payloadViewer away from whoever manages the keys.
resource "yandex_lockbox_secret_iam_member" "functions" {
  for_each = module.derived.secrets

  secret_id = each.value
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

# Lockbox decrypts a wrapped secret in the reader's name.
resource "yandex_kms_symmetric_key_iam_member" "functions" {
  for_each = module.derived.kms_key_ids

  symmetric_key_id = each.value
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

# What the gateway invokes the functions as; it can do nothing else.
resource "yandex_iam_service_account" "gateway" {
  count = var.access == "jwt" ? 1 : 0

  folder_id   = var.folder_id
  name        = "${var.name}-gateway"
  description = "invokes the functions of ${var.name}"
}

# Here a binding: these are all who have the role. Whoever invokes a function
# directly writes the whole event, an authorizer's word in it too, so behind a
# gateway nobody but the gateway may.
resource "yandex_function_iam_binding" "invokers" {
  for_each = module.derived.functions

  function_id = yandex_function.operation[each.key].id
  role        = "functions.functionInvoker"
  members     = module.derived.invokers

  lifecycle {
    create_before_destroy = true
  }
}
