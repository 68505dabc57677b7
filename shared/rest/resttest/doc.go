// Package resttest is the conformance suite of the API: one suite, run over
// every face; each face's own tests keep only what only it can show. A face is
// whatever an *http.Client reaches: a deployment, `rekey serve`, or, by way of
// Direct, a function from request to answer, such as an event's.
//
//	func TestAPI(t *testing.T) {
//		resttest.Run(t, resttest.Target{URL: "https://...", First: "...", Second: "..."})
//	}
//
// The suite is a caller: it knows nothing of the code that answers, and needs
// two keys. It leaves nothing behind but a new version of the second one, if
// it may rotate that. What a gateway in front keeps to itself is said in the
// Target, and is checked to be refused or is skipped with the reason. What only
// a test can tell that has made the target itself (Forbidden, Nobody, Asked) is
// skipped elsewhere.
//
// Its plaintexts and AADs begin with "secret", which no error may repeat.
package resttest
