# The gateway. Its document is made of the API's reference, ../../openapi.yaml.
#
# No validator is set: the functions check more than a schema can, in an order
# in which strangers learn nothing, and their messages say what to do.

locals {
  reference = yamldecode(file("${path.module}/../../openapi.yaml"))

  # By path: the function that serves it, and its operation without what is
  # there for tests.
  operations = {
    for path, item in local.reference.paths : path => {
      function  = item.post["x-rekey-function"]
      operation = { for name, value in item.post : name => value if !startswith(name, "x-rekey-") }
    }
  }

  # By function: how the gateway invokes it.
  integrations = {
    for name, id in local.function_ids : name => {
      type                   = "cloud_functions"
      function_id            = id
      tag                    = var.tag
      service_account_id     = var.gateway_account_id
      payload_format_version = "1.0"
    }
  }

  # routes = "literal": each path once for each key.
  literal = merge([
    for id in local.key_ids : {
      for path, o in local.operations : replace(path, "{keyId}", id) => {
        post = merge(o.operation, {
          operationId                   = "${o.operation.operationId}-${id}"
          "x-yc-apigateway-integration" = local.integrations[o.function]
        })
      }
    } if var.routes == "literal"
  ]...)

  # routes = "parameter": a gateway takes a parameter as a whole segment only.
  parameter = {
    for name, integration in local.integrations : "/kms/v1/keys/{keyAndAction}" => {
      post = {
        operationId = name
        summary     = "All operations: keyAndAction is KEY:encrypt, :decrypt, :reEncrypt or :generateDataKey"
        security    = [{ jwt = [] }]
        parameters = [{
          name     = "keyAndAction"
          in       = "path"
          required = true
          schema   = { type = "string" }
        }]
        requestBody                   = { content = { "application/json" = { schema = { type = "object" } } } }
        responses                     = { default = { description = "what the operation answers" } }
        "x-yc-apigateway-integration" = integration
      }
    } if var.routes == "parameter"
  }

  # The reference's scheme jwt as an authorizer. The result is not cached, so
  # that a token ends when it says; the issuer's keys are. openIdConnectUrl is
  # there because OpenAPI wants it: the keys are at jwksUri.
  authorizer = {
    for jwt in var.jwt[*] : "jwt" => {
      type             = "openIdConnect"
      openIdConnectUrl = "${trimsuffix(jwt.issuer, "/")}/.well-known/openid-configuration"
      "x-yc-apigateway-authorizer" = {
        type            = "jwt"
        issuers         = [jwt.issuer]
        audiences       = jwt.audiences
        requiredClaims  = ["exp", "sub"]
        jwksUri         = jwt.jwks_uri
        jwkTtlInSeconds = 300
        identitySource  = { in = "header", name = "Authorization", prefix = "Bearer " }
      }
    }
  }

  # What holds for the whole gateway.
  protection = merge(
    { for rps in var.rate_limit[*] : "rateLimit" => { allRequests = { rps = rps } } },
    { for id in var.security_profile_id[*] : "smartWebSecurity" => { securityProfileId = id } },
  )

  gateway = merge(
    { for name, value in local.reference : name => value if name != "servers" && !startswith(name, "x-rekey-") },
    {
      paths      = merge(local.literal, local.parameter)
      components = merge(local.reference.components, { securitySchemes = local.authorizer })
    },
    length(local.protection) > 0 ? { "x-yc-apigateway" = local.protection } : {},
  )
}

# The document, as JSON; null without a gateway.
output "gateway" {
  value = var.access == "jwt" ? jsonencode(local.gateway) : null
}
