# What the functions may do: a role for each, a policy for each need.

resource "aws_iam_role" "function" {
  for_each = var.functions

  name        = "${var.name}-${each.key}"
  description = "rekey's function ${each.key}: its log, and the service account's key"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "logs" {
  for_each = var.functions

  name   = "logs"
  role   = aws_iam_role.function[each.key].id
  policy = module.derived.policies[each.key].logs
}

resource "aws_iam_role_policy" "secret" {
  for_each = var.functions

  name   = "secret"
  role   = aws_iam_role.function[each.key].id
  policy = module.derived.policies[each.key].secret
}

resource "aws_iam_role_policy" "secret_kms" {
  for_each = var.secret_kms_key_arn != null ? var.functions : toset([])

  name   = "secret-kms"
  role   = aws_iam_role.function[each.key].id
  policy = module.derived.policies[each.key].secret_kms
}

# Who may call. AWS authenticates callers by their signatures; with NONE
# everybody could.

resource "aws_lambda_function_url" "operation" {
  for_each = var.functions

  function_name      = aws_lambda_function.operation[each.key].function_name
  qualifier          = aws_lambda_alias.live[each.key].name
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_permission" "url" {
  for_each = module.derived.invocations

  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.operation[each.value.function].function_name
  qualifier              = aws_lambda_alias.live[each.value.function].name
  principal              = each.value.principal
  function_url_auth_type = "AWS_IAM"
}

# New URLs want this one too since October 2025. By the URL alone: whoever may
# invoke the function itself can write any event, AWS's word about the caller in
# it too.
resource "aws_lambda_permission" "function" {
  for_each = module.derived.invocations

  action                   = "lambda:InvokeFunction"
  function_name            = aws_lambda_function.operation[each.value.function].function_name
  qualifier                = aws_lambda_alias.live[each.value.function].name
  principal                = each.value.principal
  invoked_via_function_url = true
}
