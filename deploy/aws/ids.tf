# What only the cloud knows. Tests and the stage give their own.

locals {
  log_group_arns = { for name, group in aws_cloudwatch_log_group.operation : name => group.arn }
  secret_arn     = aws_secretsmanager_secret.sa_key.arn
  urls           = { for name, url in aws_lambda_function_url.operation : name => url.function_url }
}
