# The dashboard's charts: ../monitoring.tf.

locals {
  # What is selected of each service's metrics.
  of_functions = "{folderId='${var.folder_id}', service='serverless-functions', resource_id='${join("|", values(local.function_ids))}'}"
  of_lockbox   = "{folderId='${var.folder_id}', service='lockbox', secret='${join("|", local.key_ids)}'}"
  of_logs      = "folderId='${var.folder_id}', service='logging', group='${var.name}'"
  of_gateways  = [for jwt in var.jwt[*] : "folderId='${var.folder_id}', service='serverless-apigateway', gateway='${var.gateway_id}'"]

  gateway_charts = [for labels in local.of_gateways : [
    {
      title = "Requests by status"
      unit  = "UNIT_REQUESTS_PER_SECOND"
      type  = "VISUALIZATION_TYPE_STACK"
      queries = [
        "alias(series_sum('code', 'api_gateway.requests_count_per_second'{${labels}}), '{{code}}')",
      ]
    },
    {
      title = "Latency at the gateway, 50, 95 and 99 %"
      unit  = "UNIT_MILLISECONDS"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [for p in [50, 95, 99] :
        "alias(histogram_percentile(${p}, 'bin', series_sum('bin', 'api_gateway.requests_latency_milliseconds'{${labels}})), '${p} %')"
      ]
    },
    {
      title = "Refused, by key and operation: the ten most"
      unit  = "UNIT_REQUESTS_PER_SECOND"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(top_avg(10, series_sum(['path', 'code'], 'api_gateway.requests_count_per_second'{${labels}, code='4*'})), '{{code}} {{path}}')",
      ]
    },
  ]]

  charts = concat(flatten(local.gateway_charts), [
    {
      title = "Calls, by function"
      unit  = "UNIT_COUNT"
      type  = "VISUALIZATION_TYPE_STACK"
      queries = [
        "alias(series_sum('resource_id', 'functions_finished'${local.of_functions}), '{{resource_id}}')",
      ]
    },
    {
      title = "Crashes, time-outs and throttled calls"
      unit  = "UNIT_COUNT"
      type  = "VISUALIZATION_TYPE_COLUMN"
      queries = [
        "alias(series_sum('functions_errors'${local.of_functions}), 'crashes and time-outs')",
        "alias(series_sum('functions_throttles'${local.of_functions}), 'throttled')",
      ]
    },
    {
      title = "Time in a function, the longest"
      unit  = "UNIT_MILLISECONDS"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(series_max('functions_max_duration'${local.of_functions}), 'call')",
        "alias(series_max('functions_max_init_duration'${local.of_functions}), 'cold start')",
        "alias(series_max('functions_max_queue_duration'${local.of_functions}), 'wait for an instance')",
      ]
    },
    {
      title = "Cold starts, and calls at once"
      unit  = "UNIT_COUNT"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(series_sum('functions_inits'${local.of_functions}), 'cold starts')",
        "alias(series_sum('functions_inflight'${local.of_functions}), 'calls at once')",
      ]
    },
    {
      title = "Memory, the most"
      unit  = "UNIT_BYTES_IEC"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(series_max('resource_id', 'functions_max_memory'${local.of_functions}), '{{resource_id}}')",
      ]
    },
    {
      title = "Lines of the log, by level"
      unit  = "UNIT_EVENTS_PER_SECOND"
      type  = "VISUALIZATION_TYPE_STACK"
      queries = [
        "alias(series_sum('level', 'group.saved_records_per_second'{${local.of_logs}, level='INFO|WARN|ERROR|FATAL'}), '{{level}}')",
      ]
    },
    {
      title = "Reads of Lockbox, by key"
      unit  = "UNIT_READS_PER_SECOND"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(series_sum('secret', 'key.payload_operations_rate'${local.of_lockbox}), '{{secret}}')",
      ]
    },
    {
      title = "Active versions, by key"
      unit  = "UNIT_COUNT"
      type  = "VISUALIZATION_TYPE_LINE"
      queries = [
        "alias(series_max('secret', 'key.active_versions_count'${local.of_lockbox}), '{{secret}}')",
      ]
    },
  ])
}

output "charts" {
  value = local.charts
}
