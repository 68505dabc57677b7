# When to be called: the queries of Yandex Monitoring's alerts. Its console alone
# can make alerts, so this has what is to be entered there. docs/operations.md
# says why, and what to do.

locals {
  gateway_alerts = [for labels in local.of_gateways : {
    "server-errors" = {
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='5*'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.05"
    }
    "latency" = {
      query   = "histogram_percentile(99, 'bin', series_sum('bin', 'api_gateway.requests_latency_milliseconds'{${labels}}))"
      compute = "Average", window = "10m", warning = "> 500", alarm = "> 2000"
    }
    "decrypt-failures" = {
      query   = "series_sum('path', 'api_gateway.requests_count_per_second'{${labels}, path='*:decrypt|*:reEncrypt', code='400'})"
      compute = "Average", window = "10m", warning = "> 0.05", alarm = "> 1"
    }
    "strangers" = {
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='401|403'})"
      compute = "Average", window = "10m", warning = "> 0.1", alarm = "> 5"
    }
    "rate-limited" = {
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='429'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 1"
    }
  }]

  alerts = merge({
    "error-lines" = {
      query   = "series_sum('group.saved_records_per_second'{${local.of_logs}, level='ERROR|FATAL'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.05"
    }
    "warning-lines" = {
      query   = "series_sum('group.saved_records_per_second'{${local.of_logs}, level='WARN'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.5"
    }
    "crashes" = {
      query   = "series_sum('functions_errors'${local.of_functions})"
      compute = "Maximum", window = "5m", warning = "none", alarm = "> 0"
    }
    "throttled" = {
      query   = "series_sum('functions_throttles'${local.of_functions})"
      compute = "Maximum", window = "5m", warning = "> 0", alarm = "none"
    }
    "cold-starts" = {
      query   = "100 * series_sum('functions_inits'${local.of_functions}) / series_sum('functions_started'${local.of_functions})"
      compute = "Average", window = "1h", warning = "> 20", alarm = "none"
    }
    "lockbox-reads" = {
      query   = "series_sum('secret', 'key.payload_operations_rate'${local.of_lockbox})"
      compute = "Average", window = "10m", warning = "> 5", alarm = "none"
    }
    "new-version" = {
      query   = "diff(series_max('secret', 'key.active_versions_count'${local.of_lockbox}))"
      compute = "Maximum", window = "10m", warning = "none", alarm = "> 0"
    }
    "lost-lines" = {
      query   = "series_sum('group.ingested_records_per_second'{${local.of_logs}, status='ERROR'})"
      compute = "Average", window = "10m", warning = "> 0", alarm = "none"
    }
  }, local.gateway_alerts...)
}

output "alerts" {
  value = local.alerts
}
