# The gateway's document is made of ../openapi.yaml, the API's reference.
locals {
  api = yamldecode(file("${path.module}/../openapi.yaml"))

  integration = { for name, f in yandex_function.operation : name => {
    type                   = "cloud_functions"
    function_id            = f.id
    tag                    = "$latest"
    service_account_id     = one(yandex_iam_service_account.gateway[*].id)
    payload_format_version = "1.0"
  } }

  paths = {
    # Gateways take a parameter as a whole segment only: each path is written
    # once for every key, and what is not written is not served.
    literal = merge([for id in local.key_ids : {
      for path, item in local.api.paths : replace(path, "{keyId}", id) => {
        post = merge({ for name, value in item.post : name => value if !startswith(name, "x-rekey-") }, {
          operationId                   = "${item.post.operationId}-${id}"
          "x-yc-apigateway-integration" = try(local.integration[item.post["x-rekey-function"]], null)
        })
      }
    }]...)

    parameter = {
      "/kms/v1/keys/{keyAndAction}" = {
        post = {
          operationId = "any"
          summary     = "Every operation with every key: {keyId}:encrypt, :decrypt, :reEncrypt, :generateDataKey."
          security    = [{ jwt = [] }]
          parameters  = [{ name = "keyAndAction", in = "path", required = true, schema = { type = "string" } }]
          requestBody = { required = true, content = { "application/json" = { schema = { type = "object" } } } }
          responses   = { default = { description = "As the operation's own." } }

          "x-yc-apigateway-integration" = try(local.integration["all"], null)
        }
      }
    }
  }

  authorizer = {
    type             = "openIdConnect"
    description      = "A JSON Web Token of ${try(var.jwt.issuer, "")}."
    openIdConnectUrl = "${trimsuffix(try(var.jwt.issuer, ""), "/")}/.well-known/openid-configuration"

    "x-yc-apigateway-authorizer" = { for name, value in {
      type            = "jwt"
      issuers         = [try(var.jwt.issuer, "")]
      audiences       = try(var.jwt.audiences, [])
      jwksUri         = try(var.jwt.jwks_uri, null)
      jwkTtlInSeconds = 600
      requiredClaims  = ["exp", "sub"]
      identitySource  = { in = "header", name = "Authorization", prefix = "Bearer " }
    } : name => value if value != null }
  }

  options = { for name, value in {
    rateLimit        = var.rate_limit == null ? null : { allRequests = { rps = var.rate_limit } }
    smartWebSecurity = var.security_profile_id == null ? null : { securityProfileId = var.security_profile_id }
  } : name => value if value != null }

  gateway = merge(
    { for name, value in local.api : name => value if name != "servers" && !startswith(name, "x-rekey-") },
    {
      paths             = local.paths[var.routes]
      components        = merge(local.api.components, { securitySchemes = { jwt = local.authorizer } })
      "x-yc-apigateway" = local.options
    },
  )
}

resource "yandex_api_gateway" "rekey" {
  count = var.access == "jwt" ? 1 : 0

  folder_id         = var.folder_id
  name              = var.name
  description       = "rekey"
  spec              = jsonencode(local.gateway)
  execution_timeout = tostring(var.timeout + 5)

  log_options {
    log_group_id = yandex_logging_group.rekey.id
  }

  lifecycle {
    precondition {
      condition     = var.jwt != null
      error_message = "access is jwt, and jwt is not set: name the issuer and its audiences."
    }
  }

  # Until the binding holds, the gateway could not call anything.
  depends_on = [yandex_function_iam_binding.invokers]
}
