// Package keyring is the data plane's view of keys: a Version ready to use,
// the one question that a Store answers, and the cache between them with its
// staleness bound (docs/keyring.md).
//
// Start at Store, the contract of the drivers, and at Keyring, what the core
// asks. Key bytes never travel above this package.
package keyring
