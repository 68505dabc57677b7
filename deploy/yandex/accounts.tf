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
  for_each = local.secrets

  secret_id = each.value
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.functions.id}"
}

# Lockbox decrypts a wrapped secret in the reader's name.
resource "yandex_kms_symmetric_key_iam_member" "functions" {
  for_each = setunion(var.kms_key_ids, [for key in var.keys : key.kms_key_id if key.kms_key_id != null])

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
  for_each = yandex_function.operation

  function_id = each.value.id
  role        = "functions.functionInvoker"
  members     = concat([for a in yandex_iam_service_account.gateway : "serviceAccount:${a.id}"], tolist(var.invokers))

  lifecycle {
    create_before_destroy = true
  }
}
