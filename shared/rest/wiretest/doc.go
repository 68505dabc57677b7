// Package wiretest is the conformance suite of the API over HTTP: what every
// deployment of it must answer, byte for byte where docs/api.md says so. A
// test of a deployment calls Run with where it is and which keys it has:
//
//	func TestWire(t *testing.T) {
//		wiretest.Run(t, wiretest.Target{URL: "https://...", First: "...", Second: "..."})
//	}
//
// The suite is a caller: it knows nothing of the code that answers, and needs
// two keys. It leaves nothing behind but a new version of the second one, if
// it may rotate that. What a gateway in front keeps to itself is said in the
// Target, and is checked to be refused or is skipped with the reason.
//
// Its plaintexts and AADs begin with "secret", which no error may repeat.
package wiretest
