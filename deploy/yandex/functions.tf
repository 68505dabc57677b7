# Functions: the same source for each, another entry point.

locals {
  functions = {
    literal   = ["datakey", "decrypt", "encrypt", "reencrypt"]
    parameter = ["all"]
  }[var.routes]
}

resource "yandex_function" "operation" {
  for_each = toset(local.functions)

  folder_id          = var.folder_id
  name               = "${var.name}-${each.key}"
  description        = "rekey: functions/${each.key}"
  runtime            = "golang123"
  entrypoint         = "functions/${each.key}/handler.Handler"
  memory             = var.memory
  concurrency        = var.concurrency
  execution_timeout  = tostring(var.timeout)
  service_account_id = yandex_iam_service_account.functions.id
  tags               = compact([var.release])

  user_hash = filesha256(var.source_archive)
  content {
    zip_filename = var.source_archive
  }

  # With platform a function believes its platform about who is calling, so the
  # binding in accounts.tf is what keeps strangers out.
  environment = {
    REKEY_AUTH          = "platform"
    REKEY_STORE         = "lockbox"
    REKEY_KEYS          = join(",", local.key_ids)
    REKEY_CACHE_TTL     = "${var.cache_ttl}s"
    REKEY_OFFLINE_GRACE = "${var.offline_grace}s"
    REKEY_LOG_REQUESTS  = var.log_requests
  }

  log_options {
    log_group_id = yandex_logging_group.rekey.id
  }

  # Where routes changes, the gateway leaves the old functions before they go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "yandex_function_scaling_policy" "operation" {
  for_each = var.zone_limits == null ? {} : yandex_function.operation

  function_id = each.value.id
  policy {
    tag                  = var.tag
    zone_instances_limit = var.zone_limits.instances
    zone_requests_limit  = var.zone_limits.requests
  }
}
