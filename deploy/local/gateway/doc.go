// Package gateway puts functions behind HTTP as the clouds do, on this
// machine: behind Yandex API Gateway (New), called directly on Yandex (Direct),
// and behind an AWS Lambda function URL (FunctionURL). It serves the local
// stage and tests; nothing that ships imports it, and it knows nothing of the
// API that it carries.
//
//	request -> route -> rate limit -> authorizer -> body -> event -> Function
//	              |          |            |           |                 |
//	             404,405    429        401,403,500   413          answer, or 502, 504, 429
//
// A document says what a gateway does: OpenAPI 3.0 with Yandex's extensions.
// New does what it says or refuses it; no extension is passed over in silence.
//
// # Documented, and done so here
//
// Yandex API Gateway (yandex.cloud/en/docs/api-gateway/concepts, pages
// extensions/* and limits):
//   - the members of events of payload formats 0.1 and 1.0; parameters are
//     those alone that the document declares
//   - the JWT authorizer: where the token is, six algorithms, the key by its
//     kid, exp, nbf and iat without leeway, iss, aud, required claims, scopes
//     (scope or scp, a string or an array), the caches of keys and results. A
//     cached result is used without another look at the token, past its exp too.
//   - 401 for no token or a bad one, 403 for a scope that lacks, 500 if the
//     keys cannot be had. (One paragraph says 403 of every failed check; the
//     list of errors is more precise and is followed.)
//   - rate limits of the gateway, a path or an operation, the narrowest counts: 429
//   - requests and answers have 2.5 MB at the most, a function has 5 minutes
//
// Yandex Cloud Functions (functions/concepts/function-invoke): the members of
// the event; integration=raw; headers that are taken from requests, and taken
// from, renamed in or forbidden in answers; 404, 429, 502, 504 and the header
// X-Function-Error; 3.5 MB.
//
// AWS Lambda function URLs (docs.aws.amazon.com/lambda/latest/dg, urls-auth and
// urls-invocation): payload format 2.0, answers that are inferred, cookies,
// Signature Version 4 with the service lambda and no unsigned payloads, 403
// with {"Message":"Forbidden"}, 6 MB.
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
//   - Actual paths are handed on as they were sent, %3A and all; values of path
//     parameters are decoded, and a literal path is found in any spelling of its
//     segments. (Of the payload format 2.0, which is not made here, it was seen
//     that the path is decoded.)
//   - Authorization and Cookie do not reach a function behind a gateway either.
//     The list of headers is documented for functions, and there are published
//     events of format 2.0 that have both: Options.KeepCredentials hands them on.
//   - Types of claims are kept, although they are documented as strings.
//   - A body that is JSON by name and no UTF-8 has U+FFFD in the event.
//   - A token without exp is bad. Results of the authorizer are cached if it let
//     the caller in.
//   - An unknown method of a known path is 405; bodies of a gateway's own errors
//     are {"message":"..."}; too much is 413, too much of an answer 502.
//   - The rate limit comes before the authorizer, and lets a burst of one
//     second's (rps) or one minute's (rpm) requests pass.
//   - A direct call without a token or without the role is 403, with a token
//     that nobody knows 401. With integration=raw the answer is application/json.
//   - A function URL takes text/*, JSON, XML and JavaScript for text. The
//     function sees neither the signature nor a session token.
//
// What a document may have in the real one and may not here: integrations
// other than cloud_functions, tags other than $latest, payload format 2.0, the
// operation's context, several schemes for one operation, greedy parameters,
// any method, CORS, validation, mappings, variables. Smart Web Security, which
// stands in front, is passed over. TLS, domains, logs of the platform and its
// own headers (traces, X-Envoy-*) are not here either.
package gateway
