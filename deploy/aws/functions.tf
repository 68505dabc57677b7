locals {
  # As the archives spell the architecture.
  archive_architecture = var.architecture == "arm64" ? "arm64" : "amd64"
}

resource "aws_lambda_function" "operation" {
  for_each = var.functions

  function_name    = "${var.name}-${each.key}"
  description      = "rekey: ${each.key}"
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = "${var.archives}/rekey-lambda-${each.key}-${local.archive_architecture}.zip"
  source_code_hash = filebase64sha256("${var.archives}/rekey-lambda-${each.key}-${local.archive_architecture}.zip")
  role             = aws_iam_role.function[each.key].arn
  layers           = [var.secrets_extension_layer]
  memory_size      = var.memory
  timeout          = var.timeout

  reserved_concurrent_executions = var.reserved_concurrency

  # Each deployment is a version, for the alias.
  publish = true

  environment {
    variables = {
      REKEY_STORE         = "lockbox"
      REKEY_AUTH          = "platform"
      REKEY_KEYS          = join(",", var.key_ids)
      REKEY_SA_KEY_SECRET = aws_secretsmanager_secret.sa_key.arn
      REKEY_CACHE_TTL     = var.cache_ttl
      REKEY_OFFLINE_GRACE = var.offline_grace
      REKEY_LOG_REQUESTS  = var.log_requests

      # The layer's: the function keeps the key itself, and asks again when the
      # key was rotated.
      PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED = "false"
    }
  }

  logging_config {
    log_format = "Text" # lines as the function writes them, which are JSON
    log_group  = aws_cloudwatch_log_group.operation[each.key].name
  }

  # A function that starts before it may read its key, or log, would fail.
  depends_on = [aws_iam_role_policy.logs, aws_iam_role_policy.secret, aws_iam_role_policy.secret_kms]
}

# The URL belongs to the alias, so that it stays the same whatever is deployed,
# and provisioned instances need a version.
resource "aws_lambda_alias" "live" {
  for_each = var.functions

  name             = "live"
  description      = "What callers get"
  function_name    = aws_lambda_function.operation[each.key].function_name
  function_version = aws_lambda_function.operation[each.key].version
}

resource "aws_lambda_provisioned_concurrency_config" "operation" {
  for_each = var.provisioned_concurrency > 0 ? var.functions : toset([])

  function_name                     = aws_lambda_function.operation[each.key].function_name
  qualifier                         = aws_lambda_alias.live[each.key].name
  provisioned_concurrent_executions = var.provisioned_concurrency
}
