# rekey in a folder of Yandex Cloud: functions, their keys in Lockbox, and an
# API Gateway unless callers authenticate with IAM. Start with variables.tf.

terraform {
  required_version = ">= 1.9" # validations that look at another variable

  required_providers {
    yandex = {
      source  = "yandex-cloud/yandex"
      version = "~> 0.222"
    }
  }
}

# Credentials are taken from the environment: YC_TOKEN, or
# YC_SERVICE_ACCOUNT_KEY_FILE.
provider "yandex" {
  folder_id = var.folder_id
}
