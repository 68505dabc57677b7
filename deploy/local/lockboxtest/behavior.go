package lockboxtest

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
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

	// CopyGenerated: AddVersion copies the generated text of the base version
	// instead of generating anew. The proto says merge, the guides generate.
	CopyGenerated bool
	// MaxPage is how many items a page has at most, whatever is asked for; 0: 1000.
	MaxPage int64
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

// Configure changes how the server behaves from the next call on.
func (s *Server) Configure(change func(*Behavior)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.behavior)
}

// Now is the time of secrets, which a test can move. Tokens and what is signed
// for them live by Options.Now, as their holders' clocks do: a week that passes
// for a version must not lock everybody out.
func (s *Server) Now() time.Time { return s.clock().Add(time.Duration(s.ahead.Load())) }

// stamp is Now with milliseconds, the precision that the service shows.
func (s *Server) stamp() *timestamppb.Timestamp {
	return timestamppb.New(s.Now().Truncate(time.Millisecond))
}

// Advance moves the server's time: versions whose time has come are destroyed,
// operations finish. Tokens do not expire by it; ExpireTokens does that.
func (s *Server) Advance(d time.Duration) { s.ahead.Add(int64(d)) }
