# When to be called: what is to be entered in the console of Yandex Monitoring,
# which only there makes alerts, and what each means (docs/operations.md).

locals {
  gateway_alerts = [for labels in local.of_gateways : {
    "server-errors" = {
      meaning = "responses 5xx a second: ask the log for level >= ERROR"
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='5*'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.05"
    }
    "latency" = {
      meaning = "99 % of answers, in ms: if durationMs of the log is small, the platform is slow (cold starts); if not, see cacheHit, and Lockbox"
      query   = "histogram_percentile(99, 'bin', series_sum('bin', 'api_gateway.requests_latency_milliseconds'{${labels}}))"
      compute = "Average", window = "10m", warning = "> 500", alarm = "> 2000"
    }
    "decrypt-failures" = {
      meaning = "ciphertexts that do not open, by path: ask the log which keys fail"
      query   = "series_sum('path', 'api_gateway.requests_count_per_second'{${labels}, path='*:decrypt|*:reEncrypt', code='400'})"
      compute = "Average", window = "10m", warning = "> 0.05", alarm = "> 1"
    }
    "strangers" = {
      meaning = "401 and 403 a second: tokens that ran out, or a stranger"
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='401|403'})"
      compute = "Average", window = "10m", warning = "> 0.1", alarm = "> 5"
    }
    "rate-limited" = {
      meaning = "429 a second, of the gateway or of reads of the store: raise rate_limit, or see docs/lockbox-runbook.md, Too many reads"
      query   = "series_sum('api_gateway.requests_count_per_second'{${labels}, code='429'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 1"
    }
  }]

  alerts = merge({
    "error-lines" = {
      meaning = "records of ERROR a second, those of the platform about crashes too: read them"
      query   = "series_sum('group.saved_records_per_second'{${local.of_logs}, level='ERROR|FATAL'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.05"
    }
    "warning-lines" = {
      meaning = "records of WARN a second: docs/operations.md says what each means. A rotation of yours has one for each instance"
      query   = "series_sum('group.saved_records_per_second'{${local.of_logs}, level='WARN'})"
      compute = "Average", window = "5m", warning = "> 0", alarm = "> 0.5"
    }
    "crashes" = {
      meaning = "calls without a response: Max Memory Used in REPORT, timeout, or a bug"
      query   = "series_sum('functions_errors'${local.of_functions})"
      compute = "Maximum", window = "5m", warning = "none", alarm = "> 0"
    }
    "throttled" = {
      meaning = "no instance was free: quotas of the cloud, zone_limits, concurrency"
      query   = "series_sum('functions_throttles'${local.of_functions})"
      compute = "Maximum", window = "5m", warning = "> 0", alarm = "none"
    }
    "cold-starts" = {
      meaning = "in percent of calls: provisioned instances, a higher concurrency. With few calls leave it out"
      query   = "100 * series_sum('functions_inits'${local.of_functions}) / series_sum('functions_started'${local.of_functions})"
      compute = "Average", window = "1h", warning = "> 20", alarm = "none"
    }
    "lockbox-reads" = {
      meaning = "reads a second, by key: cold starts, or somebody else reads the secret, which Audit Trails shows"
      query   = "series_sum('secret', 'key.payload_operations_rate'${local.of_lockbox})"
      compute = "Average", window = "10m", warning = "> 5", alarm = "none"
    }
    "new-version" = {
      meaning = "a key has one more active version: a rotation of yours, or see docs/lockbox-runbook.md, Somebody planted a version"
      query   = "diff(series_max('secret', 'key.active_versions_count'${local.of_lockbox}))"
      compute = "Maximum", window = "10m", warning = "none", alarm = "> 0"
    }
    "lost-lines" = {
      meaning = "records a second that Cloud Logging did not take: its quota"
      query   = "series_sum('group.ingested_records_per_second'{${local.of_logs}, status='ERROR'})"
      compute = "Average", window = "10m", warning = "> 0", alarm = "none"
    }
  }, local.gateway_alerts...)
}

output "alerts" {
  value = local.alerts
}
