locals {
  # By name, as the folders of functions/ are called.
  functions = toset(var.access == "jwt" && var.routes == "parameter" ? ["all"] : ["encrypt", "decrypt", "reencrypt", "datakey"])
}

resource "yandex_function" "operation" {
  for_each = local.functions

  folder_id          = var.folder_id
  name               = "${var.name}-${each.key}"
  description        = "rekey: ${each.key}"
  runtime            = "golang123"
  entrypoint         = "functions/${each.key}/handler.Handler"
  memory             = var.memory
  execution_timeout  = tostring(var.timeout)
  concurrency        = var.concurrency
  service_account_id = yandex_iam_service_account.functions.id
  user_hash          = filesha256(var.source_archive)

  content {
    zip_filename = var.source_archive
  }

  environment = {
    REKEY_STORE         = "lockbox"
    REKEY_AUTH          = "platform"
    REKEY_KEYS          = join(",", local.key_ids)
    REKEY_CACHE_TTL     = var.cache_ttl
    REKEY_OFFLINE_GRACE = var.offline_grace
    REKEY_LOG_REQUESTS  = var.log_requests
  }

  log_options {
    log_group_id = yandex_logging_group.rekey.id
  }

  lifecycle {
    precondition {
      condition     = length(var.keys) + length(var.key_ids) > 0
      error_message = "There is no key to serve: add one to keys, or an id to key_ids."
    }
    precondition {
      # The environment of a function has 4 KB, and an id of Lockbox 20 characters.
      condition     = length(var.keys) + length(var.key_ids) <= 150
      error_message = "At most 150 keys: their ids have to fit into the 4 KB of a function's environment. Make a second deployment."
    }
    precondition {
      condition     = var.access != "iam" || length(var.invokers) > 0
      error_message = "access is iam, and invokers is empty: nobody could call."
    }
  }

  # A function that starts before it may read its keys would answer 404.
  depends_on = [yandex_lockbox_secret_iam_member.managed, yandex_lockbox_secret_iam_member.existing, yandex_kms_symmetric_key_iam_member.functions]
}

resource "yandex_function_scaling_policy" "operation" {
  for_each = var.provisioned_instances == 0 && (var.instances_limit != null || var.requests_limit != null) ? local.functions : toset([])

  function_id = yandex_function.operation[each.key].id

  policy {
    tag                  = "$latest"
    zone_instances_limit = var.instances_limit
    zone_requests_limit  = var.requests_limit
  }
}
