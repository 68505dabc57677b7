// Package lockboxtest is Yandex Lockbox for tests: a server that speaks its
// gRPC protocol on a loopback port, with all that a client of it needs beside:
// IAM tokens, operations and the metadata service of an instance. What rekey
// never sends is not here. Its state is in memory. It is safe for concurrent
// use.
//
// Start at Start. A test sets up secrets and roles (AddSecret, Grant), lets
// something break (Inject, Freeze, Stop, ExpireTokens), moves the clock
// (Advance) and counts what arrived (Calls and its neighbours):
//
//	lb, err := lockboxtest.Start(lockboxtest.Options{})
//	defer lb.Close()
//	id, _ := lb.AddSecret(nil, lockboxtest.Version{lockboxtest.Text("user", "p")})
//	lb.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
//
// What the protos say is enforced from the protos (validate.go). What nobody
// publishes is in Behavior, so that a test can have it either way: what comes
// back for a secret that is inactive or has no version, whether adding a version
// to a generated secret generates anew.
package lockboxtest
