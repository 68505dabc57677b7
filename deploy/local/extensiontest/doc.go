// Package extensiontest is the AWS Parameters and Secrets Lambda Extension for
// tests, with the secrets of AWS Secrets Manager that it gives: an HTTP server
// on a loopback port. Its state is in memory. It is safe for concurrent use.
//
// Start at Start. The process under test finds it by Env:
//
//	e, err := extensiontest.Start()
//	defer e.Close()
//	arn := e.Put("rekey/sa-key", key)
//	env = append(env, e.Env()...)
//
// The request, the header and the answer are those of AWS's documentation:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
// It does not say what comes back when something goes wrong. "not ready to
// serve traffic", and one answer for a secret that is unknown and one that the
// role may not read, are what programs in public repositories meet; 401 without
// the token is an assumption. Nothing here is cached, as with
// PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED=false.
package extensiontest
