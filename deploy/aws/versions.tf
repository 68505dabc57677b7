terraform {
  # A validation looks at another variable.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # aws_lambda_permission has invoked_via_function_url since 6.29.
      version = ">= 6.29, < 7.0"
    }
  }
}

# Credentials are the provider's own, such as AWS_PROFILE.
provider "aws" {
  region = var.region
}
