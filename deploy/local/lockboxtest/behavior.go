package lockboxtest

import (
	"time"

	"google.golang.org/grpc/codes"
)

// Behavior is what the protos leave open, or what differs between a good day
// and a bad one. The zero value is what we assume of the real service; that
// nobody published it is why it can be set.
type Behavior struct {
	// What PayloadService answers; OK stands for the default.
	InactiveSecret   codes.Code // FAILED_PRECONDITION
	NoVersion        codes.Code // FAILED_PRECONDITION: the secret has no version
	ScheduledVersion codes.Code // FAILED_PRECONDITION
	DestroyedVersion codes.Code // FAILED_PRECONDITION
	UnknownVersion   codes.Code // NOT_FOUND

	// UnknownSecret is what every service answers for a secret that does not
	// exist: NOT_FOUND by default, PERMISSION_DENIED where ids are not to be
	// guessed.
	UnknownSecret codes.Code

	// CopyGenerated: AddVersion copies the generated text of the base version
	// instead of generating anew. The proto says merge, the guides generate.
	CopyGenerated bool
	// NoSetCurrentVersion: SetCurrentVersion is UNIMPLEMENTED, as the guides
	// seem to have it.
	NoSetCurrentVersion bool
	// NoListOperations: the ListOperations of a secret is UNIMPLEMENTED.
	NoListOperations bool

	// OperationDelay is how long an operation takes on the clock of Advance; 0:
	// it is done when the call returns. Its effect shows when it is done.
	OperationDelay time.Duration
	// TokenLifetime is for how long tokens issued from now on are good; 0: 12
	// hours, the documented maximum.
	TokenLifetime time.Duration
	// Instance is the service account of the metadata service; empty:
	// DefaultServiceAccount.
	Instance string
}

// or is the code, or the default in place of OK.
func or(c, otherwise codes.Code) codes.Code {
	if c == codes.OK {
		return otherwise
	}
	return c
}

func (b Behavior) tokenLifetime() time.Duration {
	if b.TokenLifetime == 0 {
		return 12 * time.Hour
	}
	return b.TokenLifetime
}

func (b Behavior) instance() string {
	if b.Instance == "" {
		return DefaultServiceAccount
	}
	return b.Instance
}
