package api

// Principal is the caller, as far as authentication knows it. The zero value
// is nobody: every operation answers it UNAUTHENTICATED.
type Principal struct {
	// Subject is what the proof calls the caller, such as a JWT's subject or an
	// IAM ARN; empty where it only vouches for one.
	Subject string
	// By is the proof that is believed, as REKEY_AUTH names it; empty if there
	// was none.
	By string
}

// Anonymous is everybody, where nobody is asked (REKEY_AUTH=none).
var Anonymous = Principal{By: "none"}

// Authenticated reports whether something vouches for the caller.
func (p Principal) Authenticated() bool { return p.By != "" }
