# What resources are made of, without any provider: `terraform` evaluates this
# folder offline, and tests and the stage read its outputs. The variables are
# those of ../variables.tf, which describes and checks them; then come the ids of
# resources. for_each of a resource has only outputs that depend on no id, so that
# a resource can be imported while others are not in the state.

variable "access" { type = string }
variable "cache_ttl" { type = number }
variable "concurrency" { type = number }
variable "folder_id" { type = string }
variable "invokers" { type = set(string) }
variable "jwt" { type = object({ issuer = string, audiences = set(string), jwks_uri = string }) }
variable "key_ids" { type = set(string) }
variable "keys" { type = map(object({ kms_key_id = optional(string) })) }
variable "kms_key_ids" { type = set(string) }
variable "log_requests" { type = string }
variable "name" { type = string }
variable "offline_grace" { type = number }
variable "provisioned_instances" { type = number }
variable "rate_limit" { type = number }
variable "routes" { type = string }
variable "security_profile_id" { type = string }
variable "tag" { type = string }
variable "timeout" { type = number }
variable "zone_limits" { type = object({ instances = number, requests = number }) }

variable "function_ids" { type = map(string) }  # by name
variable "gateway_account_id" { type = string } # null without a gateway
variable "gateway_domain" { type = string }     # likewise
variable "gateway_id" { type = string }         # likewise
variable "secret_ids" { type = map(string) }    # of var.keys, by name
