// Package gateway is what stands in front of functions in the cloud, on this
// machine: an HTTP gateway that an OpenAPI document with the extensions of
// Yandex API Gateway drives (New), and the direct call of a function by HTTPS
// (Direct). It serves the local stage and tests; nothing that ships imports it.
//
// Documented by the platform, and done here: routes by the document, path
// parameters as whole segments, the JWT authorizer, rate limits, payload
// formats 0.1 and 1.0, Authorization and Cookie withheld, bodies in base64
// unless their type is application/json, 502 for a function that fails or whose
// answer is no HTTP answer.
//
// Assumed: the texts of the gateway's own errors, 404 for a method that a path
// does not have, 401 for a token that does not verify and 403 for one whose
// claims are not those asked for, and that a request gets an id of the
// gateway's, whatever the caller sent.
package gateway
