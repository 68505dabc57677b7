package aead

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"rekey/shared/internal/vectors"
)

// prefixLen is the length of a case's header without its salt.
func prefixLen(c *vectors.Case) int { return 4 + 1 + 1 + len(c.KeyID) + 1 + len(c.VersionID) }

func mustKey(t testing.TB, c *vectors.Case) *Key {
	t.Helper()
	k, err := NewKey(c.Alg(t), c.Material)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKnownAnswers(t *testing.T) {
	for _, c := range vectors.Read(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			k := mustKey(t, &c)
			prefix := c.Ciphertext[:prefixLen(&c)]
			header, sealed := c.Ciphertext[:len(prefix)+SaltSize], c.Ciphertext[len(prefix)+SaltSize:]
			plaintext, err := k.Open(nil, header, sealed, c.AADContext)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(plaintext, c.Plaintext) {
				t.Errorf("opened to %x, want %x", plaintext, c.Plaintext)
			}
			if gcm, err := newGCM(c.BodyKey); err != nil || gcm.NonceSize() == 0 {
				return // the module takes no nonce from outside: opening is all there is
			}
			random := bytes.NewReader(append(bytes.Clone(c.Salt), c.Nonce...))
			got, err := k.seal(random, nil, prefix, c.AADContext, c.Plaintext)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, c.Ciphertext) {
				t.Errorf("sealed\n got %x\nwant %x", got, c.Ciphertext)
			}
		})
	}
}

func TestDerivation(t *testing.T) {
	for _, c := range vectors.Read(t).Cases {
		k := mustKey(t, &c)
		s := k.state()
		if _, err := s.derive(c.Alg(t), c.Ciphertext[:prefixLen(&c)+SaltSize]); err != nil {
			t.Fatal(err)
		}
		if got := s.okm[:c.Alg(t).KeySize()]; !bytes.Equal(got, c.BodyKey) {
			t.Errorf("%s: body key %x, want %x", c.Name, got, c.BodyKey)
		}
		if !bytes.Equal(s.commitment(), c.Commitment) {
			t.Errorf("%s: commitment %x, want %x", c.Name, s.commitment(), c.Commitment)
		}
		k.release(s)
		if s.okm != [okmSize]byte{} {
			t.Errorf("%s: derived bytes outlive their use", c.Name)
		}
	}
}

// TestMustFail opens the crafted blobs that only cryptography can refuse; the
// others are wrong in what package kms checks before.
func TestMustFail(t *testing.T) {
	tried := 0
	for _, c := range vectors.Read(t).MustFail {
		if slices.Contains([]string{"kat-suite-of-other-algorithm", "kat-suite-unknown", "kat-format-2",
			"kat-key-id-alphabet", "kat-key-id-empty"}, c.Name) {
			continue
		}
		tried++
		n := prefixLen(&c) + SaltSize
		got, err := mustKey(t, &c).Open(nil, c.Ciphertext[:n], c.Ciphertext[n:], c.AADContext)
		if !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("%s: %x, %v; want nil, ErrOpen (%s)", c.Name, got, err, c.Why)
		}
	}
	if tried < 7 {
		t.Errorf("tried %d blobs, want at least 7", tried)
	}
}

func TestMaterialFromText(t *testing.T) {
	for _, g := range vectors.Read(t).GeneratedMaterial {
		got, err := MaterialFromText(g.Text)
		if err != nil || !bytes.Equal(got, g.Material) {
			t.Errorf("material %x, %v; want %x", got, err, g.Material)
		}
	}
}
