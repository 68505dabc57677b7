output "urls" {
  description = "What /kms/v1/keys/... is appended to, by function."
  value       = module.derived.urls
}

output "put_key_command" {
  description = "Puts the service account's key into its secret, at first and at each rotation; instances take the new one when IAM refuses the old."
  value       = "aws secretsmanager put-secret-value --region ${var.region} --secret-id ${aws_secretsmanager_secret.sa_key.arn} --secret-string file://key.json"
}

output "secret_arn" {
  description = "The secret of the service account's key."
  value       = aws_secretsmanager_secret.sa_key.arn
}

output "example_commands" {
  description = "Encrypt with the first key, as an invoker: with curl 8.9 or later (earlier ones sign a path with a colon wrongly), or with awscurl."
  value       = module.derived.example_commands
}

output "roles" {
  description = "The functions' roles, by function."
  value       = { for name, role in aws_iam_role.function : name => role.arn }
}

output "log_groups" {
  description = "Where the functions log, by function."
  value       = { for name, group in aws_cloudwatch_log_group.operation : name => group.name }
}
