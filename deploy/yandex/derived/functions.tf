# The functions, the keys that they serve, and who may do what.

locals {
  names = {
    literal   = ["datakey", "decrypt", "encrypt", "reencrypt"]
    parameter = ["all"]
  }[var.routes]

  # While one resource is imported, others may not be in the state.
  secret_ids   = { for name, key in var.keys : name => lookup(var.secret_ids, name, "no id of ${name}") }
  function_ids = { for name in local.names : name => lookup(var.function_ids, name, "no id of ${name}") }

  # All keys that are served, by name; one that exists already by its id.
  secrets = merge(
    local.secret_ids,
    { for id in var.key_ids : id => id },
  )

  # REKEY_KEYS and the gateway's paths, always from the same list.
  key_ids = values(local.secrets)

  # With platform a function believes its platform about who is calling, so the
  # binding in ../accounts.tf is what keeps strangers out.
  environment = {
    REKEY_AUTH          = "platform"
    REKEY_STORE         = "lockbox"
    REKEY_KEYS          = join(",", local.key_ids)
    REKEY_CACHE_TTL     = "${var.cache_ttl}s"
    REKEY_OFFLINE_GRACE = "${var.offline_grace}s"
    REKEY_LOG_REQUESTS  = var.log_requests
  }
}

# By name: the same source for each, another entry point.
output "functions" {
  value = {
    for name in local.names : name => {
      name        = "${var.name}-${name}"
      entrypoint  = "functions/${name}/handler.Handler"
      environment = local.environment
      concurrency = var.concurrency
      timeout     = var.timeout
    }
  }
}

# The Lockbox secrets that the functions read, by name.
output "secrets" {
  value = local.secrets

  precondition {
    condition = length(distinct(local.key_ids)) == length(local.key_ids)
    error_message = join(" ", [
      "These names of keys and ids of key_ids are the same key:",
      join(", ", [for name, id in local.secrets : name if length([for k in local.key_ids : k if k == id]) > 1]),
      "- take the id out of key_ids. If `terraform state list` shows yandex_lockbox_secret_iam_member.functions of both,",
      "first `terraform state rm` that of the id: destroying it would take the role away.",
    ])
  }
}

# The KMS keys that wrap some of them.
output "kms_key_ids" {
  value = setunion(var.kms_key_ids, [for key in var.keys : key.kms_key_id if key.kms_key_id != null])
}

# All who may invoke the functions: the gateway, or the invokers.
output "invokers" {
  value = var.access == "jwt" ? ["serviceAccount:${var.gateway_account_id}"] : tolist(var.invokers)
}
