package kms

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"testing/iotest"

	"rekey/shared/api"
	"rekey/shared/key"
)

// withRandom has the process draw from another source while f runs. Tests of
// this package do not run in parallel.
func withRandom(r io.Reader, f func()) {
	defer func(before io.Reader) { rand.Reader = before }(rand.Reader)
	rand.Reader = r
	f()
}

// TestNoRandomness: every operation that needs randomness fails, whenever the
// source does; none falls back to something weaker. Decrypt needs none.
func TestNoRandomness(t *testing.T) {
	s, _ := two(t)
	sealed := mustEncrypt(t, s, "one", "", "x")
	broken := errors.New("no entropy")
	for name, source := range map[string]func() io.Reader{
		"immediately": func() io.Reader { return iotest.ErrReader(broken) },
		"after 8 bytes": func() io.Reader {
			return io.MultiReader(bytes.NewReader(make([]byte, 8)), iotest.ErrReader(broken))
		},
		"after a data key": func() io.Reader {
			return io.MultiReader(bytes.NewReader(make([]byte, 32)), iotest.ErrReader(broken))
		},
		"at the last byte": func() io.Reader { return bytes.NewReader(make([]byte, 35)) },
		"at its end":       func() io.Reader { return bytes.NewReader(nil) },
		"once":             func() io.Reader { return &failsOnce{rand.Reader, broken} },
	} {
		withRandom(source(), func() {
			r, err := s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
			wantNothing(t, name+", encrypt", r == nil, err)
		})
		withRandom(source(), func() {
			r, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed})
			wantNothing(t, name+", reEncrypt", r == nil, err)
		})
		for _, skip := range []bool{false, true} {
			withRandom(source(), func() {
				r, err := s.GenerateDataKey(ctx, api.Own(),
					&api.GenerateDataKeyRequest{KeyID: "one", DataKeySpec: key.AES256, SkipPlaintext: skip})
				wantNothing(t, name+", generateDataKey", r == nil, err)
			})
		}
		withRandom(source(), func() {
			if _, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one",
				Ciphertext: sealed}); err != nil {
				t.Errorf("%s, decrypt: %v", name, err)
			}
		})
	}
}

// failsOnce is a source that recovers: what it failed to give for a data key
// must not be made up for by what it gives for the salt.
type failsOnce struct {
	io.Reader
	err error
}

func (f *failsOnce) Read(b []byte) (int, error) {
	if err := f.err; err != nil {
		f.err = nil
		return 0, err
	}
	return f.Reader.Read(b)
}

func wantNothing(t *testing.T, name string, nothing bool, err error) {
	t.Helper()
	wantError(t, name, err, api.Internal, "internal error")
	if !nothing {
		t.Errorf("%s: a response beside the error", name)
	}
}

// TestSealsDistinct encrypts one plaintext over and over: no two ciphertexts
// share salt, commitment, nonce or tag. 10^4 times; 10^6 with LONG=1 in the
// environment, which takes under ten seconds and 300 MB.
func TestSealsDistinct(t *testing.T) {
	n := 10_000
	if os.Getenv("LONG") == "1" {
		n = 1_000_000
	}
	s, _ := two(t)
	var salts, nonces, rest seen
	for range n {
		b := mustEncrypt(t, s, "one", "aad", "x")
		salts.add(t, "salt", b[12:28])
		nonces.add(t, "nonce", append(bytes.Clone(b[68:80]), 0, 0, 0, 0))
		rest.add(t, "commitment", b[36:52])
		rest.add(t, "tag", b[len(b)-16:])
	}
}

// seen is a set of 16-byte strings: the chance that two of 2^21 random ones
// are equal is under 2^-86 (for the 12 bytes of a nonce, 2^-54).
type seen map[[16]byte]struct{}

func (s *seen) add(t *testing.T, what string, b []byte) {
	t.Helper()
	if *s == nil {
		*s = seen{}
	}
	at := [16]byte(b)
	if _, twice := (*s)[at]; twice {
		t.Fatalf("duplicate %s", what)
	}
	(*s)[at] = struct{}{}
}

// TestOneVersionForMany: 64 goroutines on one version, with messages of their
// own and with forged ones in between, and no answer of one is another's.
func TestOneVersionForMany(t *testing.T) {
	s, _ := two(t)
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			plaintext := bytes.Repeat([]byte{byte(g)}, 1+97*g)
			for range 20 {
				roundTrip(t, s, plaintext)
			}
		}()
	}
	wg.Wait()
}

func roundTrip(t *testing.T, s *Service, plaintext []byte) {
	e, err := s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", AADContext: plaintext[:1],
		Plaintext: plaintext})
	if err != nil {
		t.Error(err)
		return
	}
	forged := bytes.Clone(e.Ciphertext)
	forged[len(forged)-1] ^= 1
	_, err = s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: plaintext[:1],
		Ciphertext: forged})
	wantError(t, "forged", err, api.InvalidArgument, bad)
	d, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: plaintext[:1],
		Ciphertext: e.Ciphertext})
	if err != nil || !bytes.Equal(d.Plaintext, plaintext) {
		t.Errorf("%d bytes: opened wrongly, %v", len(plaintext), err)
	}
}
