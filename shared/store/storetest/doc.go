// Package storetest is the conformance suite of key stores: what every pair
// of a keyring.Store and a keyadmin.Admin of the same keys must do
// (docs/keyring.md). A driver's test calls TestStore with a function that
// opens a new and empty store:
//
//	func TestConformance(t *testing.T) {
//		storetest.TestStore(t, func(t *testing.T) storetest.Harness { ... })
//	}
//
// The suite uses only the two interfaces. What a store cannot do is
// said in the Harness, and is checked to be refused or is skipped with the
// reason.
package storetest
