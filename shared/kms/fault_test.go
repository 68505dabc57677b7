package kms

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// TestFaults has one row for each thing a keyring can say.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		err      error
		code     api.Code
		retry    bool
		explicit string // message when version v was asked for
		primary  string // message when the primary was; empty if the same
	}{
		{keyring.ErrNoKey, api.NotFound, false, "no key one", ""},
		{keyring.ErrDenied, api.NotFound, false, "no key one, or this service may not read it", ""},
		{keyring.ErrNoVersion, api.NotFound, false, "key one has no version v", "-"},
		{keyring.ErrKeyInactive, api.FailedPrecondition, false, "key one is INACTIVE", ""},
		{keyring.ErrVersionScheduled, api.FailedPrecondition, false, "version v of key one is " +
			"SCHEDULED_FOR_DESTRUCTION", "the primary version of key one is SCHEDULED_FOR_DESTRUCTION"},
		{keyring.ErrVersionDestroyed, api.FailedPrecondition, false, "version v of key one is DESTROYED",
			"the primary version of key one is DESTROYED"},
		{keyring.ErrNoPrimary, api.FailedPrecondition, false, "key one: the primary version is not usable: set " +
			"another or rotate", ""},
		{keyring.ErrNotUsable, api.FailedPrecondition, false, "version v of key one is not usable: the key is " +
			"INACTIVE, or the version is SCHEDULED_FOR_DESTRUCTION or DESTROYED", "-"},
		{keyring.ErrExhausted, api.ResourceExhausted, true, "too many reads of the key store: try again", ""},
		{keyring.ErrTimeout, api.DeadlineExceeded, true, "the key store did not answer in time: try again", ""},
		{keyring.ErrUnavailable, api.Unavailable, true, "the key store is unavailable: try again", ""},
		{fmt.Errorf("%w: it has a passphrase", keyring.ErrBroken), api.Unavailable, true,
			"the key store is unavailable: its operator finds the reason in the log", ""},
		{keyring.ErrUnauthenticated, api.Unavailable, true, "the key store is unavailable: its operator finds the " +
			"reason in the log", ""},
		{context.DeadlineExceeded, api.DeadlineExceeded, true, "the key store did not answer in time: try again", ""},
		{context.Canceled, api.Canceled, false, "the caller cancelled the request", ""},
		{errors.New("disk 0x1f on fire"), api.Internal, false, "internal error", ""},
	} {
		s, r := two(t)
		r.errs[ask{"one", "v"}], r.errs[ask{"one", ""}] = c.err, c.err
		_, err := s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", VersionID: "v",
			Plaintext: []byte("x")})
		wantError(t, c.err.Error(), err, c.code, c.explicit)
		checkCause(t, err, c.err, c.retry)
		if c.primary == "-" {
			continue
		}
		if c.primary == "" {
			c.primary = c.explicit
		}
		_, err = s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		wantError(t, c.err.Error()+", primary", err, c.code, c.primary)
	}
}

func checkCause(t *testing.T, err, cause error, retry bool) {
	t.Helper()
	var e *api.Error
	if !errors.As(err, &e) {
		return
	}
	if !errors.Is(err, cause) {
		t.Errorf("%v: the cause is lost to the operator", err)
	}
	if strings.Contains(e.Error(), "wrapped") {
		t.Errorf("%v: the cause is shown to the caller", err)
	}
	if (e.RetryAfter > 0) != retry {
		t.Errorf("%v: retry after %v", err, e.RetryAfter)
	}
}

// TestSourceFaultFirst: if both keys of a re-encryption fail, the answer is
// always the source's.
func TestSourceFaultFirst(t *testing.T) {
	s, r := two(t)
	sealed := mustEncrypt(t, s, "one", "", "x")
	r.errs[ask{"one", "v1"}], r.errs[ask{"two", ""}] = keyring.ErrKeyInactive, keyring.ErrUnavailable
	for range 20 {
		_, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
			Ciphertext: sealed})
		wantError(t, "both", err, api.FailedPrecondition, "key one is INACTIVE")
	}
}

// TestPanicIsOneRequest: a panic beside the request's own goroutine does not
// end the process.
func TestPanicIsOneRequest(t *testing.T) {
	s, r := two(t)
	sealed := mustEncrypt(t, s, "one", "", "x")
	panicky := New(panicFor{r, "two"}, pipeline.Owner)
	_, err := panicky.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
		Ciphertext: sealed})
	wantError(t, "panic", err, api.Internal, "internal error")
}

// panicFor is Keys with one that makes it panic.
type panicFor struct {
	Keys
	key key.ID
}

func (p panicFor) Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	if k == p.key {
		panic("is out of order")
	}
	return p.Keys.Get(ctx, k, v)
}

// TestPanicIsNotASuccess: the record of a panicking operation says so.
func TestPanicIsNotASuccess(t *testing.T) {
	s, r := two(t)
	sealed := mustEncrypt(t, s, "one", "", "x")
	var rec recorder
	panicky := New(panicFor{r, "one"}, recorded(&rec))
	for name, call := range map[string]func(){
		"encrypt": func() {
			panicky.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		},
		"reEncrypt": func() {
			panicky.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed})
		},
	} {
		rec.last = pipeline.Event{}
		call()
		if rec.last.Code() != api.Internal {
			t.Errorf("%s: recorded as %v", name, rec.last.Code())
		}
	}
}

// recorder keeps the last event.
type recorder struct{ last pipeline.Event }

func (r *recorder) Begin(context.Context, *api.Call) error { return nil }
func (r *recorder) End(_ context.Context, e pipeline.Event) error {
	r.last = e
	return nil
}

func recorded(r *recorder) *pipeline.Pipeline {
	return &pipeline.Pipeline{Authorizer: pipeline.Everybody{}, Limiter: pipeline.Unlimited{}, Recorder: r}
}

func TestRecords(t *testing.T) {
	_, keys := two(t)
	var rec recorder
	s := New(keys, recorded(&rec))
	mustEncrypt(t, s, "one", "", "x")
	if got := rec.last; got.Operation != api.Encrypt || got.KeyID != "one" || got.VersionID != "v1" ||
		got.Code() != api.OK || got.Err != nil || got.Principal != api.Anonymous {
		t.Errorf("success: %+v", got)
	}
	sealed := mustEncrypt(t, s, "one", "", "x")
	s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one", Ciphertext: sealed})
	if got := rec.last; got.KeyID != "two" || got.SourceKeyID != "one" || got.SourceVersionID != "v1" {
		t.Errorf("re-encryption: %+v", got)
	}
	s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "none", Ciphertext: []byte("x")})
	if got := rec.last; got.Operation != api.Decrypt || got.Code() != api.InvalidArgument || got.Err == nil ||
		got.VersionID != "" {
		t.Errorf("failure: %+v", got)
	}
}
