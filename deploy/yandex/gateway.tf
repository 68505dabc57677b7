# The gateway. Its document is made in derived/gateway.tf.

resource "yandex_api_gateway" "rekey" {
  count = var.access == "jwt" ? 1 : 0

  folder_id   = var.folder_id
  name        = var.name
  description = "rekey: POST /kms/v1/keys/KEY:encrypt, :decrypt, :reEncrypt, :generateDataKey"
  spec        = module.derived.gateway

  log_options {
    log_group_id = yandex_logging_group.rekey.id
  }

  dynamic "custom_domains" {
    for_each = var.domain[*]

    content {
      fqdn           = custom_domains.value.fqdn
      certificate_id = custom_domains.value.certificate_id
    }
  }

  depends_on = [yandex_function_iam_binding.invokers]
}
