package kms

import (
	"context"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// Keys finds a usable version, the primary one if v is empty. Its errors are
// those of keyring.Store. *keyring.Keyring is one.
type Keys interface {
	Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error)
}

// cache is Keys that can tell without delay what they know. *keyring.Keyring
// is one.
type cache interface {
	Hit(k key.ID, v key.VersionID) *keyring.Version
}

// Authorizer decides from its rules alone, without asking a store, whether a
// caller may do an operation with a key: Encrypt, Decrypt or GenerateDataKey
// (a re-encryption is a Decrypt with one key and an Encrypt with another).
// The answer must not depend on whether the key exists. A refusal is an
// *api.Error, PERMISSION_DENIED.
type Authorizer interface {
	Authorize(ctx context.Context, p api.Principal, o api.Operation, k key.ID) error
}

// Recorder is told of every operation when it has ended. It must not block.
type Recorder interface {
	Record(ctx context.Context, r Record)
}

// Record is what happened, without a secret in it.
type Record struct {
	Principal api.Principal
	api.Trace // its ids are unchecked if Code is INVALID_ARGUMENT
	Code      api.Code
	Err       error // with its cause; nil if OK, or if the operation panicked
	Duration  time.Duration
}

// Service answers the four operations. It is immutable and safe for
// concurrent use. Errors are *api.Error.
type Service struct {
	keys       Keys
	cache      cache // keys, if they are one; or nil
	authorizer Authorizer
	recorder   Recorder // or nil
	source     *Service // whose keys open what ReEncrypt is given
}

// New makes a Service. A nil authorizer allows everything to everybody who is
// authenticated; a nil recorder records nothing.
func New(keys Keys, a Authorizer, r Recorder) *Service {
	if a == nil {
		a = allowAll{}
	}
	c, _ := keys.(cache)
	s := &Service{keys: keys, cache: c, authorizer: a, recorder: r}
	s.source = s
	return s
}

// Ready is why this service may soon be unable to answer, or nil.
func (s *Service) Ready() error {
	if keys, ok := s.keys.(interface{ Ready() error }); ok {
		return keys.Ready()
	}
	return nil
}

// From is s, but that ReEncrypt opens what the keys of another service made,
// which may have the ids of ours.
func (s *Service) From(source *Service) *Service {
	moving := *s
	moving.source = source
	return &moving
}

type allowAll struct{}

func (allowAll) Authorize(context.Context, api.Principal, api.Operation, key.ID) error { return nil }

// start is the time if anybody is going to be told it: it is not free.
func (s *Service) start() time.Time {
	if s.recorder == nil {
		return time.Time{}
	}
	return time.Now()
}

// record tells the caller, if he wants to know, what was found, and the
// recorder, if there is one, how the operation ended as well. One that neither
// answered nor failed is panicking.
func (s *Service) record(ctx context.Context, start time.Time, r Record, t *api.Trace, answered bool, err error) {
	if t != nil {
		*t = r.Trace
	}
	if s.recorder == nil {
		return
	}
	r.Duration = time.Since(start)
	switch {
	case err != nil:
		r.Err, r.Code = err, api.AsError(err).Code
	case !answered:
		r.Code = api.Internal
	}
	s.recorder.Record(ctx, r)
}
