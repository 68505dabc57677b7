# The authorized key of the service account of Yandex Cloud that reads Lockbox.
# Terraform makes the secret and never sees the key: whatever it sees is in its
# state. The output put_key_command puts it there, now and at each rotation.
resource "aws_secretsmanager_secret" "sa_key" {
  name                    = "${var.name}-service-account-key"
  description             = "rekey: an authorized key of a service account of Yandex Cloud, as yc iam key create writes it"
  kms_key_id              = var.secret_kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
