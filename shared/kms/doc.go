// Package kms is the core: Service has one short method per operation of the
// SymmetricCrypto API. Each goes through the rules of package pipeline and
// reads in the order of checks that holds for every face (docs/api.md):
//
//  1. authenticate, 2. the syntax of the key ids, 3. permission, 4. the other
//     fields: all of these are the pipeline's; 5. parse the ciphertext, 6. its
//     key id is the one asked for, and its version if one is, 7. resolve the
//     versions and their states, 8. open, 9. seal.
//
// Every call is validated here, whatever the face has done. The package
// declares what it needs of a keyring: Keys.
package kms
