// Package gateway puts functions behind HTTP as the clouds do, on this
// machine: behind Yandex API Gateway (New), called directly on Yandex (Direct),
// and behind an AWS Lambda function URL (FunctionURL). It serves the local
// stage and tests; nothing that ships imports it, and it knows nothing of the
// API that it carries.
//
//	request -> route -> authorizer -> body -> event -> Function
//	             |          |          |                  |
//	          404, 405   401, 500     413      answer, or 429, 502, 504
//
// A document says what a gateway does: OpenAPI 3.0 with Yandex's extensions.
// New does what it says or refuses it. Only rate limits and Smart Web Security,
// which stand in front of all this, are read and not done.
//
// # Documented, and done so here
//
// Yandex API Gateway (yandex.cloud/en/docs/api-gateway/concepts, pages
// extensions/* and limits):
//   - the members of events of payload formats 0.1 and 1.0
//   - the JWT authorizer: the token's place, six algorithms, the key by its kid,
//     exp, nbf and iat without leeway, iss, aud and required claims
//   - 401 for no token or a bad one, 500 if the issuer's keys cannot be had
//   - requests and answers have 2.5 MB at most, a function has 5 minutes
//
// Yandex Cloud Functions (functions/concepts/function-invoke): the members of
// the event; integration=raw; headers that are taken from requests, and taken
// from, renamed in or forbidden in answers; 404, 429, 502, 504 and the header
// X-Function-Error; 3.5 MB.
//
// AWS Lambda function URLs (docs.aws.amazon.com/lambda/latest/dg, urls-auth and
// urls-invocation): payload format 2.0, answers that are inferred, Signature
// Version 4 with the service lambda, 403 with {"Message":"Forbidden"}, 6 MB.
//
// # Seen in events that others have published, and done so here
//
//   - a body is base64 unless its media type is application/json, and an empty
//     body is marked so as well; +json is not JSON
//   - names of headers are in canonical case (Yandex) or lower case (AWS)
//   - X-Request-Id is the gateway's own, and requestContext.requestId the same
//   - without an authorizer requestContext.authorizer is an empty object
//   - url in format 0.1 ends with a question mark if there is no query
//   - a function's id that has a path behind it is 400, ProxyIntegrationError
//
// # Assumed, because nothing says
//
//   - A gateway hands the actual path on as it was sent, %3A and all, and finds
//     a literal path in any spelling of its segments.
//   - Authorization and Cookie do not reach a function behind a gateway either:
//     the list of headers is documented for functions.
//   - A direct call without an invoker's token is 403.
package gateway
