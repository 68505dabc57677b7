package kms

import (
	"slices"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// TestFrom: of two stores with the same ids the source's opens and the target's
// seals, and neither is asked for what is the other's.
func TestFrom(t *testing.T) {
	source, old := two(t)
	target, ours := two(t)
	ours.add(t, "one", "v1", key.AES256, material(9))
	sealed := mustEncrypt(t, source, "one", "aad", "x")
	old.asked, ours.asked = nil, nil
	q := &api.ReEncryptRequest{KeyID: "one", SourceKeyID: "one", SourceAADContext: []byte("aad"), Ciphertext: sealed}

	moved, err := target.From(source).ReEncrypt(ctx, api.Own(), q)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(old.asked, []ask{{"one", "v1"}}) || !slices.Equal(ours.asked, []ask{{"one", ""}}) {
		t.Errorf("asked the source %v and the target %v", old.asked, ours.asked)
	}
	opened, err := target.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", Ciphertext: moved.Ciphertext})
	if err != nil || string(opened.Plaintext) != "x" {
		t.Errorf("got %+v, %v", opened, err)
	}
	for name, s := range map[string]*Service{"the target": target, "the other way": source.From(target)} {
		_, err := s.ReEncrypt(ctx, api.Own(), q)
		wantError(t, name, err, api.InvalidArgument, "Bad ciphertext")
	}
}

// TestFromKnown is TestFrom where both, or one of them, need not be asked.
func TestFromKnown(t *testing.T) {
	source, old := two(t)
	_, ours := two(t)
	ours.add(t, "one", "v1", key.AES256, material(9))
	q := &api.ReEncryptRequest{KeyID: "one", SourceKeyID: "one", Ciphertext: mustEncrypt(t, source, "one", "", "x")}
	for name, s := range map[string]*Service{
		"both":       New(warm{ours}, pipeline.Owner).From(New(warm{old}, pipeline.Owner)),
		"the source": New(ours, pipeline.Owner).From(New(warm{old}, pipeline.Owner)),
		"the target": New(warm{ours}, pipeline.Owner).From(source),
	} {
		if _, err := s.ReEncrypt(ctx, api.Own(), q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFromFaults: both fail, and the answer is the source's, as with one store.
func TestFromFaults(t *testing.T) {
	source, old := two(t)
	target, ours := two(t)
	q := &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one", Ciphertext: mustEncrypt(t, source, "one", "", "x")}
	ours.errs = map[ask]error{{"two", ""}: keyring.ErrUnavailable}
	_, err := target.From(source).ReEncrypt(ctx, api.Own(), q)
	wantError(t, "target", err, api.Unavailable, "the key store is unavailable: try again")
	old.errs = map[ask]error{{"one", "v1"}: keyring.ErrVersionScheduled}
	_, err = target.From(source).ReEncrypt(ctx, api.Own(), q)
	wantError(t, "both", err, api.FailedPrecondition, "version v1 of key one is SCHEDULED_FOR_DESTRUCTION")
}
