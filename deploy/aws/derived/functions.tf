# The functions, and what callers call.

locals {
  # As the archives spell the architecture.
  archive_architecture = var.architecture == "arm64" ? "arm64" : "amd64"

  environment = {
    REKEY_STORE         = "lockbox"
    REKEY_AUTH          = "platform"
    REKEY_KEYS          = join(",", var.key_ids)
    REKEY_SA_KEY_SECRET = var.secret_arn
    REKEY_CACHE_TTL     = var.cache_ttl
    REKEY_OFFLINE_GRACE = var.offline_grace
    REKEY_LOG_REQUESTS  = var.log_requests

    # The layer's: the function keeps the key itself, and asks again when the
    # key was rotated.
    PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED = "false"
  }

  urls = { for name in var.functions : name => trimsuffix(var.urls[name], "/") }

  first     = "/kms/v1/keys/${sort(var.key_ids)[0]}:encrypt"
  plaintext = "-H 'Content-Type: application/json' -d '{\"plaintext\":\"aGVsbG8sIEtNUw==\"}'"
}

output "functions" {
  value = {
    for name in var.functions : name => {
      name        = "${var.name}-${name}"
      archive     = "${var.archives}/rekey-lambda-${name}-${local.archive_architecture}.zip"
      timeout     = var.timeout
      environment = local.environment
    }
  }
}

output "urls" {
  value = local.urls
}

output "example_commands" {
  value = flatten([for name, url in local.urls : [
    "curl -s --aws-sigv4 aws:amz:${var.region}:lambda --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" -H \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\" ${local.plaintext} ${url}${local.first}",
    "awscurl --service lambda --region ${var.region} -X POST ${local.plaintext} ${url}${local.first}",
  ] if contains(["encrypt", "all"], name)])
}
