// Package kms is the core: Service has one short method per operation of the
// SymmetricCrypto API, and each reads in the order of checks that holds for
// every face (docs/api.md):
//
//  1. authenticate, 2. the syntax of the key ids, 3. permission, 4. the other
//     fields, 5. parse the ciphertext, 6. its key id is the one asked for, and its
//     version if one is, 7. resolve the versions and their states, 8. open, 9. seal.
//
// Whoever calls is validated here, whatever the face has done. The package
// declares what it needs of others: Keys, Authorizer and Recorder.
package kms
