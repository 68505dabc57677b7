# What the functions may do, and who may call them.

# Policies by function: what each of its resources in ../access.tf says.
output "policies" {
  value = {
    for name in var.functions : name => {
      for policy, statement in {
        logs = {
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${var.log_group_arns[name]}:*"
        }
        secret = {
          Effect   = "Allow"
          Action   = "secretsmanager:GetSecretValue"
          Resource = var.secret_arn
        }
        # Secrets Manager decrypts in the reader's name.
        secret_kms = {
          Effect   = "Allow"
          Action   = "kms:Decrypt"
          Resource = var.secret_kms_key_arn
          Condition = { StringEquals = {
            "kms:ViaService"                  = "secretsmanager.${var.region}.amazonaws.com"
            "kms:EncryptionContext:SecretARN" = var.secret_arn
          } }
        }
      } : policy => jsonencode({ Version = "2012-10-17", Statement = [statement] })
    }
  }
}

# By function and invoker.
output "invocations" {
  value = {
    for pair in setproduct(var.functions, var.invokers) :
    "${pair[0]} ${pair[1]}" => { function = pair[0], principal = pair[1] }
  }
}
