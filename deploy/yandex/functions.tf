# Functions: the same source for each, another entry point.

resource "yandex_function" "operation" {
  for_each = module.derived.functions

  folder_id          = var.folder_id
  name               = each.value.name
  description        = "rekey: functions/${each.key}"
  runtime            = "golang123"
  entrypoint         = each.value.entrypoint
  memory             = var.memory
  concurrency        = each.value.concurrency
  execution_timeout  = tostring(each.value.timeout)
  service_account_id = yandex_iam_service_account.functions.id
  tags               = compact([var.release])
  environment        = each.value.environment

  user_hash = filesha256(var.source_archive)
  content {
    zip_filename = var.source_archive
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
  for_each = { for name, function in module.derived.functions : name => function if var.zone_limits != null }

  function_id = yandex_function.operation[each.key].id
  policy {
    tag                  = var.tag
    zone_instances_limit = var.zone_limits.instances
    zone_requests_limit  = var.zone_limits.requests
  }
}
