package kms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// ring is Keys in memory. It writes down what it is asked.
type ring struct {
	mu       sync.Mutex
	versions map[ask]*keyring.Version
	errs     map[ask]error
	asked    []ask
}

func (r *ring) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := ask{k, v}
	r.asked = append(r.asked, a)
	if err := r.errs[a]; err != nil {
		return nil, fmt.Errorf("wrapped: %w", err)
	}
	if version := r.versions[a]; version != nil {
		return version, nil
	}
	return nil, keyring.ErrNoKey
}

// add puts a version in, as the primary too.
func (r *ring) add(t testing.TB, k key.ID, v key.VersionID, a key.Algorithm, material []byte) {
	t.Helper()
	version, err := keyring.NewVersion(k, v, a, material)
	if err != nil {
		t.Fatal(err)
	}
	r.versions[ask{k, v}] = version
	r.versions[ask{k, ""}] = version
}

func newRing() *ring { return &ring{versions: map[ask]*keyring.Version{}, errs: map[ask]error{}} }

// rules is a pipeline.Authorizer that refuses some pairs of operation and key.
type rules []string

func (r rules) Authorize(_ context.Context, c *api.Call, n api.Need) error {
	if slices.Contains(r, n.Operation.String()+" "+string(n.Key)) {
		return api.Errorf(api.PermissionDenied, "%s may not", c.Principal.Subject)
	}
	return nil
}

func (r rules) pipeline() *pipeline.Pipeline {
	return &pipeline.Pipeline{Authorizer: r, Limiter: pipeline.Unlimited{}, Recorder: pipeline.Unrecorded{}}
}

// two is a ring with keys one and two, and a Service over it.
func two(t testing.TB, refuse ...string) (*Service, *ring) {
	t.Helper()
	r := newRing()
	r.add(t, "one", "v1", key.AES256, material(1))
	r.add(t, "two", "v1", key.AES128, material(2))
	return New(r, rules(refuse).pipeline()), r
}

func material(b byte) []byte {
	m := make([]byte, 32)
	for i := range m {
		m[i] = b + byte(i)
	}
	return m
}

func mustEncrypt(t testing.TB, s *Service, k key.ID, aad, plaintext string) []byte {
	t.Helper()
	r, err := s.Encrypt(context.Background(), api.Own(),
		&api.EncryptRequest{KeyID: k, AADContext: []byte(aad), Plaintext: []byte(plaintext)})
	if err != nil {
		t.Fatal(err)
	}
	return r.Ciphertext
}

// wantError checks code and message; an empty message matches any.
func wantError(t testing.TB, name string, err error, code api.Code, message string) {
	t.Helper()
	var e *api.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v is not an *api.Error", name, err)
		return
	}
	if e.Code != code || message != "" && e.Message != message {
		t.Errorf("%s:\n got %v\nwant %v: %s", name, e, code, message)
	}
}
