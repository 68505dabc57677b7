# What resources are made of, without any provider: see
# ../../yandex/derived/variables.tf. ../variables.tf describes and checks the
# variables; then come the ids of resources.

variable "architecture" { type = string }
variable "archives" { type = string }
variable "cache_ttl" { type = string }
variable "functions" { type = set(string) }
variable "invokers" { type = set(string) }
variable "key_ids" { type = set(string) }
variable "log_requests" { type = string }
variable "name" { type = string }
variable "offline_grace" { type = string }
variable "region" { type = string }
variable "secret_kms_key_arn" { type = string }
variable "timeout" { type = number }

variable "log_group_arns" { type = map(string) } # by function
variable "secret_arn" { type = string }
variable "urls" { type = map(string) } # by function
