package api

// Principal is the caller, as far as authentication knows it. The zero value
// is nobody: every operation answers it UNAUTHENTICATED.
type Principal struct {
	// ID is what the authenticator calls the caller, such as a JWT's subject
	// or an IAM ARN; empty where it only vouches for one.
	ID string
	// By says who authenticated the caller.
	By Authenticator
}

// Authenticator says who vouches for a caller. The zero value is nobody.
type Authenticator uint8

const (
	// ByNobody: there was no authentication, and none may be assumed.
	ByNobody Authenticator = iota
	// ByConfiguration: authentication is switched off (REKEY_AUTH=none).
	ByConfiguration
	// ByPlatform: the gateway or the function's platform let the caller in.
	ByPlatform
)

// Anonymous is everybody, where authentication is switched off.
var Anonymous = Principal{By: ByConfiguration}

// Authenticated reports whether somebody vouches for the caller.
func (p Principal) Authenticated() bool { return p.By != ByNobody }
