variable "region" {
  description = "The region of AWS that everything is made in, one that has function URLs: eu-central-1 is near to Yandex Cloud."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: the name of a region, such as eu-central-1."
  }
}

variable "name" {
  description = "What the names of all resources begin with: 2 to 40 small letters, digits and dashes."
  type        = string
  default     = "rekey"

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{1,39}$", var.name))
    error_message = "name: 2 to 40 small letters, digits and dashes, beginning with a letter."
  }
}

variable "functions" {
  description = "The functions that are deployed, each with a URL of its own: encrypt, decrypt, reencrypt, datakey; or all, which serves the four operations at one URL."
  type        = set(string)
  default     = ["encrypt", "decrypt", "reencrypt", "datakey"]

  validation {
    condition     = length(var.functions) > 0 && alltrue([for f in var.functions : contains(["encrypt", "decrypt", "reencrypt", "datakey", "all"], f)])
    error_message = "functions: one or more of encrypt, decrypt, reencrypt, datakey and all."
  }
}

variable "archives" {
  description = "The folder of the functions' archives, as `go run ./deploy/pack` makes them. To upgrade or roll back, name another one."
  type        = string
  default     = "../../dist"
}

# Keys

variable "key_ids" {
  description = "Ids of the Lockbox secrets that are served as keys, and of no other. The service account whose key is in AWS Secrets Manager needs lockbox.payloadViewer on each."
  type        = set(string)

  validation {
    condition     = length(var.key_ids) > 0 && alltrue([for id in var.key_ids : can(regex("^[A-Za-z0-9._-]{1,50}$", id))])
    error_message = "key_ids: one id or more, each of 1 to 50 characters of A-Z, a-z, 0-9, dot, underscore and dash."
  }

  validation {
    # The environment of a function has 4 KB, and an id of Lockbox 20 characters.
    condition     = length(var.key_ids) <= 140
    error_message = "key_ids: at most 140: they have to fit into the 4 KB of a function's environment. Make a second deployment."
  }
}

variable "cache_ttl" {
  description = "REKEY_CACHE_TTL: the time until a rotation or a revocation holds everywhere, 0s to 1h. Shorter costs more reads of Lockbox."
  type        = string
  default     = "60s"
}

variable "offline_grace" {
  description = "REKEY_OFFLINE_GRACE: how long a version is used while Lockbox does not answer, 0s to 24h."
  type        = string
  default     = "5m"
}

# Who may call

variable "invokers" {
  description = "Who may call the function URLs: ARNs of IAM roles and users, or ids of accounts, whose administrators then say who. Principals of this account whom an IAM policy allows lambda:InvokeFunctionUrl and lambda:InvokeFunction need not be here; those of another one need both."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for who in var.invokers : can(regex("^(arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[A-Za-z0-9+=,.@_/-]+|[0-9]{12})$", who))])
    error_message = "invokers: ARNs of IAM roles and users, or account ids of 12 digits; nobody is let in by a *."
  }
}

# How it runs

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: arm64 or x86_64."
  }
}

variable "secrets_extension_layer" {
  description = "The ARN of AWS's layer that reads the service account's key, AWS-Parameters-and-Secrets-Lambda-Extension, with -Arm64 for arm64. Each region has its own: see 'AWS Parameters and Secrets Lambda Extension ARNs' in the documentation of AWS Secrets Manager or Systems Manager, or choose it among the AWS layers of the Lambda console. In eu-west-1: arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64:11."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:lambda:${var.region}:[0-9]{12}:layer:AWS-Parameters-and-Secrets-Lambda-Extension${var.architecture == "arm64" ? "-Arm64" : ""}:[0-9]+$", var.secrets_extension_layer))
    error_message = "secrets_extension_layer: the ARN of a version of AWS-Parameters-and-Secrets-Lambda-Extension in the region of the functions, of their architecture."
  }
}

variable "memory" {
  description = "Memory of an instance in MB, 128 to 10240. A function needs about 21 of them (docs/platforms.md) and the layer the rest; processor time comes with memory, and a cold start takes less with more."
  type        = number
  default     = 512

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "memory: 128 to 10240 MB."
  }
}

variable "timeout" {
  description = "Seconds until the platform ends a call: at least 7, since rekey itself answers after 5."
  type        = number
  default     = 10

  validation {
    condition     = var.timeout >= 7 && var.timeout <= 60
    error_message = "timeout: 7 to 60 seconds; below 7 the platform would cut calls off that rekey is about to answer."
  }
}

variable "reserved_concurrency" {
  description = "Instances of a function, at most; beyond it callers get 429. -1 leaves it to the account's quota, 0 stops the functions."
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency >= -1
    error_message = "reserved_concurrency: -1, 0 or more."
  }
}

variable "provisioned_concurrency" {
  description = "Instances of each function that are always ready, which are billed all the time."
  type        = number
  default     = 0

  validation {
    condition     = var.provisioned_concurrency >= 0 && (var.reserved_concurrency == -1 || var.provisioned_concurrency <= var.reserved_concurrency)
    error_message = "provisioned_concurrency: 0 or more, and no more than reserved_concurrency."
  }
}

# The service account's key

variable "secret_kms_key_arn" {
  description = "A KMS key of this account that AWS Secrets Manager encrypts the service account's key with; null is AWS's own key for that, which costs nothing."
  type        = string
  default     = null

  validation {
    condition     = var.secret_kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.secret_kms_key_arn))
    error_message = "secret_kms_key_arn: the ARN of a KMS key, not of an alias."
  }
}

variable "secret_recovery_days" {
  description = "Days in which the secret can be restored once it was deleted, 7 to 30; in these its name is taken. 0 deletes it at once."
  type        = number
  default     = 7

  validation {
    condition     = var.secret_recovery_days == 0 || var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30
    error_message = "secret_recovery_days: 0, or 7 to 30."
  }
}

# Logs

variable "log_retention_days" {
  description = "How many days log lines are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: one of the periods of CloudWatch Logs, such as 7, 14, 30, 90 or 365."
  }
}

variable "log_kms_key_arn" {
  description = "A KMS key that encrypts the logs, whose policy lets logs.REGION.amazonaws.com use it; null is CloudWatch's own encryption. No line has a key or a plaintext."
  type        = string
  default     = null
}

variable "log_requests" {
  description = "REKEY_LOG_REQUESTS: a line for all requests, for failed ones, or for none."
  type        = string
  default     = "all"

  validation {
    condition     = contains(["all", "failed", "none"], var.log_requests)
    error_message = "log_requests: all, failed or none."
  }
}
