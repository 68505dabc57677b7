variable "folder_id" {
  description = "The folder that everything is made in, such as b1g...."
  type        = string
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

variable "source_archive" {
  description = "The functions' source, as `go run ./deploy/pack` makes it. To upgrade or roll back, name another one."
  type        = string
  default     = "../../dist/rekey-yandex.zip"
}

# Keys

variable "keys" {
  description = "Keys that Terraform makes as Lockbox secrets, by name. algorithm: AES_128, AES_192, AES_256 or AES_256_HSM; kms_key_id: a KMS key that Lockbox wraps the secret with, chosen once and for ever."
  type = map(object({
    algorithm   = optional(string, "AES_256")
    description = optional(string, "a key of rekey")
    kms_key_id  = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for k in values(var.keys) : contains(["AES_128", "AES_192", "AES_256", "AES_256_HSM"], k.algorithm)])
    error_message = "keys: an algorithm is AES_128, AES_192, AES_256 or AES_256_HSM."
  }
}

variable "key_ids" {
  description = "Ids of Lockbox secrets that are keys already, such as those that `rekey keys create` made."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.key_ids : can(regex("^[A-Za-z0-9._-]{1,50}$", id))])
    error_message = "key_ids: an id has 1 to 50 characters of A-Z, a-z, 0-9, dot, underscore and dash."
  }
}

variable "kms_key_ids" {
  description = "KMS keys that wrap secrets of key_ids: the functions may decrypt with them. Those of keys are added by themselves."
  type        = set(string)
  default     = []
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

variable "access" {
  description = "Who may call, to be chosen: \"jwt\" is an API gateway that wants a JSON Web Token of var.jwt; \"iam\" is no gateway: var.invokers call the functions themselves, with IAM tokens."
  type        = string

  validation {
    condition     = contains(["jwt", "iam"], var.access)
    error_message = "access: choose jwt (a gateway and tokens of your issuer) or iam (direct invocation); nothing is public."
  }
}

variable "jwt" {
  description = "For access = \"jwt\": the issuer (iss), the audiences (aud) of which a token needs one, and, unless the issuer has an OpenID configuration, jwks_uri, where its keys are."
  type = object({
    issuer    = string
    audiences = list(string)
    jwks_uri  = optional(string)
  })
  default = null

  validation {
    condition     = var.jwt == null ? true : length(var.jwt.audiences) > 0 && can(regex("^https?://", var.jwt.issuer))
    error_message = "jwt: issuer is a URL, and audiences has at least one: without it the issuer's tokens for every other service would be good here."
  }
}

variable "invokers" {
  description = "For access = \"iam\": who may call, such as serviceAccount:aje... or userAccount:aje...."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for who in var.invokers : !startswith(who, "system:")])
    error_message = "invokers: whole systems of users (allUsers, allAuthenticatedUsers, all of a federation) are refused: name accounts or groups."
  }
}

variable "routes" {
  description = "For access = \"jwt\": \"literal\" is one path per key and operation, a function for each; \"parameter\" is one path for all keys, served by functions/all, so that a new key changes no path."
  type        = string
  default     = "literal"

  validation {
    condition     = contains(["literal", "parameter"], var.routes)
    error_message = "routes: literal or parameter."
  }
}

variable "rate_limit" {
  description = "Requests a second that the gateway lets through, roughly; null is no limit. Yandex Cloud has announced the end of this extension in favour of Smart Web Security (security_profile_id)."
  type        = number
  default     = 100
}

variable "security_profile_id" {
  description = "A profile of Smart Web Security in front of the gateway, which can limit rates by caller; null is none."
  type        = string
  default     = null
}

# How it runs

variable "memory" {
  description = "Memory of an instance in MB, a multiple of 128. An instance needs about 25 (docs/platforms.md); processor time comes with memory."
  type        = number
  default     = 128
}

variable "concurrency" {
  description = "Calls that one instance serves at once, 1 to 16."
  type        = number
  default     = 16

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 16
    error_message = "concurrency: 1 to 16."
  }
}

variable "timeout" {
  description = "Seconds until the platform aborts a call, and with it all others of its instance: at least 7, since rekey itself answers after 5."
  type        = number
  default     = 10

  validation {
    condition     = var.timeout >= 7 && var.timeout <= 60
    error_message = "timeout: 7 to 60 seconds; below 7 the platform would cut calls off that rekey is about to answer."
  }
}

variable "instances_limit" {
  description = "Instances of a function in a zone, at most; null leaves it to the quota of the cloud."
  type        = number
  default     = null
}

variable "requests_limit" {
  description = "Calls of a function in a zone at once, at most; beyond it callers get 429. null leaves it to the quota."
  type        = number
  default     = null
}

variable "provisioned_instances" {
  description = "Instances that are always ready, which are billed all the time. The provider cannot set it: the output provisioned_commands has the commands."
  type        = number
  default     = 0
}

# Logs

variable "log_retention" {
  description = "How long log entries are kept, in hours, such as 72h."
  type        = string
  default     = "72h"
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
