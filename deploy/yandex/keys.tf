# Keys: a Lockbox secret is a key, and its versions are the key's. Terraform
# makes secrets and never versions: it would have to hold their material. A new
# secret has no version either; output first_versions has what makes one.

# Nothing here ends a key: prevent_destroy makes a plan fail that would delete
# or replace one, as another kms_key_id or folder_id would, and
# deletion_protection makes Lockbox itself refuse.
resource "yandex_lockbox_secret" "key" {
  for_each = var.keys

  folder_id           = var.folder_id
  name                = each.key
  description         = each.value.description
  kms_key_id          = each.value.kms_key_id
  deletion_protection = true

  # What Lockbox generates a version's material from: see docs/lockbox.md.
  password_payload_specification {
    password_key        = "${each.value.algorithm}.generated"
    length              = 64
    include_uppercase   = true
    include_lowercase   = true
    include_digits      = true
    include_punctuation = false
  }

  lifecycle {
    prevent_destroy = true

    # Rotation to another algorithm or to local material changes the
    # specification, and people change the rest.
    ignore_changes = [name, description, labels, password_payload_specification]
  }
}
