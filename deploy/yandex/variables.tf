# What must be chosen.

variable "folder_id" {
  description = "The folder that everything is made in, b1g and 17 more characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{20}$", var.folder_id))
    error_message = "folder_id is the id of a folder, 20 small letters and digits: yc resource-manager folder list shows it."
  }
}

variable "access" {
  description = <<-EOT
    Who may call. "jwt": whoever has a JSON Web Token that API Gateway accepts (variable jwt); nobody else can invoke
    the functions. "iam": the subjects in invokers invoke the functions directly, with IAM tokens, and there is no
    gateway. Nothing is public either way, and there is no default.
  EOT
  type        = string
  nullable    = false

  validation {
    condition     = contains(["jwt", "iam"], var.access)
    error_message = "access is \"jwt\", for a gateway that asks for JSON Web Tokens, or \"iam\", for direct invocation with IAM tokens."
  }
}

variable "jwt" {
  description = <<-EOT
    For access = "jwt": which tokens the gateway accepts. issuer is the only iss, and audiences are the only values of
    aud; jwks_uri is where the issuer's public keys are. A token also needs exp and sub: sub is the caller's name.
  EOT
  type = object({
    issuer    = string
    audiences = set(string)
    jwks_uri  = string
  })
  default = null

  validation {
    condition     = (var.access == "jwt") == (var.jwt != null)
    error_message = "access = \"jwt\" needs jwt = { issuer = ..., audiences = [...], jwks_uri = ... }; with access = \"iam\" leave jwt out."
  }
  validation {
    condition     = var.jwt == null || try(length(var.jwt.audiences) > 0 && alltrue([for a in var.jwt.audiences : a != ""]), false)
    error_message = "jwt.audiences must name who the tokens are for: without one, tokens for any other service of the issuer would do."
  }
  validation {
    condition     = var.jwt == null || try(alltrue([for url in [var.jwt.issuer, var.jwt.jwks_uri] : can(regex("^https://[^/]", url))]), false)
    error_message = "jwt.issuer and jwt.jwks_uri begin with https://; copy issuer and jwks_uri from the issuer's /.well-known/openid-configuration."
  }
}

variable "invokers" {
  description = <<-EOT
    For access = "iam": who may invoke the functions, such as serviceAccount:aje... or group:aje.... They are all of
    them: a role that somebody else has on the functions is taken away. (Not one that he has on the folder or cloud.)
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = (var.access == "iam") == (length(var.invokers) > 0)
    error_message = "access = \"iam\" needs invokers, such as [\"serviceAccount:aje...\"]; access = \"jwt\" takes none: whoever invokes directly can claim any name."
  }
  validation {
    condition     = alltrue([for s in var.invokers : can(regex("^(serviceAccount|userAccount|federatedUser|group):[a-z0-9]+$", s))])
    error_message = "An invoker is serviceAccount:ID, userAccount:ID, federatedUser:ID or group:ID. Everybody (system:...) is refused: name them, or take access = \"jwt\"."
  }
}

# Keys.

variable "keys" {
  description = <<-EOT
    The keys that Terraform makes, by name: Lockbox secrets whose material Lockbox generates. algorithm is AES_128,
    AES_192, AES_256 or AES_256_HSM and that of the first version; `rekey keys rotate --algorithm` changes it later.
    kms_key_id wraps the secret in a KMS key, from the beginning or never. No plan destroys or replaces a key:
    one that is taken out of here is an error. With key_ids there are 1 to 180.
  EOT
  type = map(object({
    algorithm   = optional(string, "AES_256")
    description = optional(string, "a key of rekey")
    kms_key_id  = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, key in var.keys : contains(["AES_128", "AES_192", "AES_256", "AES_256_HSM"], key.algorithm)])
    error_message = "algorithm is AES_128, AES_192, AES_256 or AES_256_HSM."
  }
  validation {
    condition     = alltrue([for name, key in var.keys : can(regex("^[a-z][-_a-z0-9]{0,99}$", name)) && !can(regex("^[a-z0-9]{20}$", name))])
    error_message = "A key's name has 1 to 100 characters, a-z, 0-9, - and _, begins with a letter, and is not 20 letters and digits, which would be taken for an id."
  }
  validation {
    condition     = length(var.keys) + length(var.key_ids) > 0
    error_message = "There is no key, and without REKEY_KEYS functions serve all that they can read: name one, such as keys = { orders = {} }, or set key_ids."
  }
  validation { # (4096 bytes - 300 for the other variables) / 21 bytes for an id and its comma
    condition     = length(var.keys) + length(var.key_ids) <= 180
    error_message = "More than 180 ids do not fit into the 4 KB that a function's environment may have: deploy once more, with another name, for the rest."
  }
}

variable "key_ids" {
  description = <<-EOT
    The ids of keys that exist already, made by `rekey keys create` for instance. Terraform gives the functions the
    right to read them and changes nothing else.
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.key_ids : can(regex("^[a-z0-9]{20}$", id))])
    error_message = "A key id is the id of a Lockbox secret, 20 small letters and digits: rekey keys list --store lockbox shows it."
  }
}

variable "kms_key_ids" {
  description = "The KMS keys that wrap secrets of key_ids, if any do: to read those, the functions need a role on them."
  type        = set(string)
  default     = []
  nullable    = false
}

# What calls go through.

variable "name" {
  description = "What the names of all resources begin with: 3 to 40 characters."
  type        = string
  default     = "rekey"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{1,38}[a-z0-9]$", var.name))
    error_message = "name has 3 to 40 characters, a-z, 0-9 and -, begins with a letter and does not end with -."
  }
}

variable "routes" {
  description = <<-EOT
    The gateway's paths. "literal": one for each key and operation, to a function for each operation, so that other
    keys and operations end at the gateway. "parameter": /kms/v1/keys/{keyAndAction}, to one function for all, so that
    the gateway stays as it is when keys come and go.
  EOT
  type        = string
  default     = "literal"
  nullable    = false

  validation {
    condition     = contains(["literal", "parameter"], var.routes)
    error_message = "routes is \"literal\" or \"parameter\"."
  }
  validation {
    condition     = var.routes == "literal" || var.access == "jwt"
    error_message = "routes = \"parameter\" needs access = \"jwt\": one function for all operations goes by the path, and a direct invocation has none."
  }
}

variable "rate_limit" {
  description = <<-EOT
    Requests a second that the gateway lets through, at least 1; above them it answers 429. By default there is no such
    limit: Yandex Cloud calls the extension (x-yc-apigateway, rateLimit) no longer supported, and means Smart Web
    Security instead: see security_profile_id. zone_limits holds as well.
  EOT
  type        = number
  default     = null

  validation {
    condition     = var.rate_limit == null || try(var.rate_limit >= 1 && floor(var.rate_limit) == var.rate_limit, false)
    error_message = "rate_limit is a whole number of requests a second, at least 1."
  }
}

variable "security_profile_id" {
  description = <<-EOT
    The id of a security profile of Smart Web Security that requests to the gateway pass, with a limit on requests (ARL)
    for instance. By default there is none.
  EOT
  type        = string
  default     = null
}

variable "domain" {
  description = <<-EOT
    A domain of your own for the gateway, and the id of its certificate in Certificate Manager; its CNAME must lead to
    the gateway's own domain. By default the gateway has that alone.
  EOT
  type = object({
    fqdn           = string
    certificate_id = string
  })
  default = null
}

# Functions.

variable "source_archive" {
  description = <<-EOT
    The functions' source, which `go run ./deploy/pack` makes: at most 3.5 MB. A relative path counts from where
    terraform runs. To roll back, apply with the archive from before.
  EOT
  type        = string
  default     = "../../dist/rekey-yandex.zip"
  nullable    = false

  validation {
    condition     = fileexists(var.source_archive)
    error_message = "There is no such archive: run `go run ./deploy/pack` in the project's root, or set source_archive."
  }
}

variable "release" {
  description = <<-EOT
    A tag for the versions of the functions that are made from now on, such as v1-4: 1 to 50 characters, a-z, 0-9, - and
    _. It moves to each new version: give every release its own. Yandex Cloud deletes versions that have had no tag for
    long, and lets a function have 10 tags by default. By default there is none.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.release == null || can(regex("^[a-z][-_0-9a-z]{0,49}$", var.release))
    error_message = "release has 1 to 50 characters, a-z, 0-9, - and _, and begins with a letter."
  }
}

variable "tag" {
  description = <<-EOT
    The tag of the versions that the gateway invokes: $latest, which are the last ones, or a release from before. That
    rolls back code and environment, REKEY_KEYS too, at once and without a build; until it is $latest again, nothing
    that changes the functions has an effect. A direct invocation names its tag itself.
  EOT
  type        = string
  default     = "$latest"
  nullable    = false

  validation {
    condition     = can(regex("^([$]latest|[a-z][-_0-9a-z]{0,49})$", var.tag))
    error_message = "tag is $latest, or what release was."
  }
}

variable "memory" {
  description = "Memory of an instance, in MB: a multiple of 128, up to 8192, and billed. It uses about 21: see docs/platforms.md."
  type        = number
  default     = 128
  nullable    = false

  validation {
    condition     = var.memory >= 128 && var.memory <= 8192 && var.memory % 128 == 0
    error_message = "memory is a multiple of 128, from 128 to 8192 MB."
  }
}

variable "concurrency" {
  description = "How many calls an instance serves at once, 1 to 16. One that reaches the timeout takes the others with it."
  type        = number
  default     = 16
  nullable    = false

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 16 && floor(var.concurrency) == var.concurrency
    error_message = "concurrency is a whole number from 1 to 16."
  }
}

variable "timeout" {
  description = <<-EOT
    When the platform ends a call, in seconds, a cold start included: 6 to 300. The functions answer 504 themselves half
    a second before, or after 5 s if the platform tells them of no deadline.
  EOT
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.timeout >= 6 && var.timeout <= 300 && floor(var.timeout) == var.timeout
    error_message = "timeout is a whole number of seconds from 6, longer than the functions' own deadline of 5, to 300, when the gateway gives up."
  }
}

variable "zone_limits" {
  description = <<-EOT
    For each function and availability zone: how many instances there may be, and how many calls may run or wait, above
    which the platform answers 429. 0 is no limit but the cloud's quota. By default Terraform leaves them alone.
  EOT
  type = object({
    instances = optional(number, 0)
    requests  = optional(number, 0)
  })
  default = null

  validation {
    condition     = var.zone_limits == null || try(alltrue([for n in values(var.zone_limits) : n >= 0 && floor(n) == n]), false)
    error_message = "zone_limits has whole numbers, 0 for no limit."
  }
}

variable "provisioned_instances" {
  description = <<-EOT
    How many instances of each function are kept ready, over all zones, for calls without a cold start. They are billed
    while they wait, and a cloud's default quota is 2 in all. Terraform's provider cannot set this: run the commands of
    output provision, and again after an apply that changes zone_limits or tag.
  EOT
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.provisioned_instances >= 0 && floor(var.provisioned_instances) == var.provisioned_instances
    error_message = "provisioned_instances is a whole number, 0 for none."
  }
}

variable "cache_ttl" {
  description = <<-EOT
    REKEY_CACHE_TTL, in seconds, 0 to 3600: how long a version is used without asking Lockbox again, the time until a
    rotation or a revocation holds everywhere.
  EOT
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.cache_ttl >= 0 && var.cache_ttl <= 3600 && floor(var.cache_ttl) == var.cache_ttl
    error_message = "cache_ttl is a whole number of seconds from 0 to 3600."
  }
}

variable "offline_grace" {
  description = <<-EOT
    REKEY_OFFLINE_GRACE, in seconds, 0 to 86400: how long a version is used while Lockbox does not answer. 0 adds nothing
    to cache_ttl.
  EOT
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.offline_grace >= 0 && var.offline_grace <= 86400 && floor(var.offline_grace) == var.offline_grace
    error_message = "offline_grace is a whole number of seconds from 0 to 86400."
  }
}

# What is seen.

variable "log_requests" {
  description = "REKEY_LOG_REQUESTS: which requests have a line in the log, \"all\", \"failed\" or \"none\"."
  type        = string
  default     = "all"
  nullable    = false

  validation {
    condition     = contains(["all", "failed", "none"], var.log_requests)
    error_message = "log_requests is \"all\", \"failed\" or \"none\"."
  }
}

variable "log_retention" {
  description = "How long log records are kept, in days, at least 1; they are billed. The cloud refuses more than it offers."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.log_retention >= 1 && floor(var.log_retention) == var.log_retention
    error_message = "log_retention is a whole number of days, at least 1."
  }
}

variable "dashboard" {
  description = "Whether to make a dashboard in Yandex Monitoring: requests, errors, latency, instances, Lockbox, logs."
  type        = bool
  default     = true
  nullable    = false
}
