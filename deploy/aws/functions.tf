# Functions: each has an archive of its own.

resource "aws_lambda_function" "operation" {
  for_each = module.derived.functions

  function_name    = each.value.name
  description      = "rekey: ${each.key}"
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = each.value.archive
  source_code_hash = filebase64sha256(each.value.archive)
  role             = aws_iam_role.function[each.key].arn
  layers           = [var.secrets_extension_layer]
  memory_size      = var.memory
  timeout          = each.value.timeout

  reserved_concurrent_executions = var.reserved_concurrency

  # Each deployment is a version, for the alias.
  publish = true

  environment {
    variables = each.value.environment
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
