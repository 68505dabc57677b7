terraform {
  required_version = ">= 1.5"
}

variable "keys" {
  description = "The keys."
  type        = map(object({ algorithm = string, note = optional(string, "none") }))
  validation {
    condition     = alltrue([for k in var.keys : startswith(k.algorithm, "AES_")])
    error_message = "An algorithm begins with AES_."
  }
}

variable "gateway" {
  description = "Whether there is a gateway."
  type        = bool
  default     = true
}

locals {
  ids = sort([for k in box_secret.key : k.id])
  doc = {
    paths = merge([for id in local.ids : { for path, item in local.api.paths :
      replace(path, "{keyId}", id) => merge({ for k, v in item : k => v if k != "x-note" }, { to = box_function.f[item["x-note"]].id })
    }]...)
  }
  api = yamldecode(file("${path.module}/api.yaml"))
}

data "box_account" "me" {
  name = "me"
}

resource "box_secret" "key" {
  for_each  = var.keys
  name      = each.key
  algorithm = each.value.algorithm
  labels    = { note = each.value.note, account = data.box_account.me.id }

  generated {
    entry  = "${each.value.algorithm}.generated"
    length = 64
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [name, generated]
    precondition {
      condition     = length(each.key) < 20
      error_message = "The name ${each.key} is too long."
    }
  }
}

resource "box_function" "f" {
  for_each = toset(["encrypt", "decrypt"])
  name     = each.key
  environment = {
    KEYS = join(",", local.ids)
  }
  dynamic "mount" {
    for_each = var.gateway ? [1, 2] : []
    content {
      at = "/m${mount.value}"
    }
  }
}

resource "box_gateway" "g" {
  count = var.gateway ? 1 : 0
  spec  = jsonencode(local.doc)
}

output "gateway" {
  description = "Where it is."
  value       = one(box_gateway.g[*].url)
}
