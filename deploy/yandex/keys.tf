# A key is a Lockbox secret whose payload Lockbox generates: nobody chooses or
# sees it, Terraform's state neither. Its versions are made by `rekey keys`
# (the first one too: output first_version_commands) and are never resources
# here: the provider would read them into its state, and a plan could destroy
# them.
resource "yandex_lockbox_secret" "key" {
  for_each = var.keys

  folder_id           = var.folder_id
  name                = each.key
  description         = each.value.description
  kms_key_id          = each.value.kms_key_id
  deletion_protection = true

  password_payload_specification {
    password_key        = "${each.value.algorithm}.generated"
    length              = 64
    include_punctuation = false
  }

  lifecycle {
    # What is destroyed takes every ciphertext with it: no plan does it. To
    # give a key up see deploy/README.md.
    prevent_destroy = true
    # `rekey keys rotate --algorithm` changes what is generated.
    ignore_changes = [password_payload_specification, description]
  }
}

locals {
  # The one list of keys: REKEY_KEYS, the gateway's paths and the roles.
  key_ids     = sort(concat([for key in yandex_lockbox_secret.key : key.id], tolist(var.key_ids)))
  kms_key_ids = setunion(var.kms_key_ids, [for key in var.keys : key.kms_key_id if key.kms_key_id != null])
}
