package kms

import (
	"bytes"
	"context"
	"testing"

	"rekey/shared/api"
	"rekey/shared/internal/vectors"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

var ctx = context.Background()

func TestRoundTrip(t *testing.T) {
	s, _ := two(t)
	for _, plaintext := range []string{"x", string(make([]byte, api.MaxPlaintext))} {
		sealed := mustEncrypt(t, s, "one", "aad", plaintext)
		r, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: []byte("aad"),
			Ciphertext: sealed})
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Plaintext) != plaintext || r.KeyID != "one" || r.VersionID != "v1" {
			t.Errorf("decrypted %d bytes with %s/%s", len(r.Plaintext), r.KeyID, r.VersionID)
		}
	}
}

// TestVectorsDecrypt: known answers open, and of the crafted blobs none.
func TestVectorsDecrypt(t *testing.T) {
	f := vectors.Read(t)
	for _, c := range append(f.Cases, f.MustFail...) {
		r := newRing()
		r.add(t, c.KeyID, c.VersionID, c.Alg(t), c.Material)
		got, err := New(r, pipeline.Owner).Decrypt(ctx, api.Own(),
			&api.DecryptRequest{KeyID: c.KeyID, AADContext: c.AADContext, Ciphertext: c.Ciphertext})
		switch {
		case c.Why != "" && err == nil:
			t.Errorf("%s: opens (%s)", c.Name, c.Why)
		case c.Why != "":
			wantError(t, c.Name, err, api.InvalidArgument, "")
		case err != nil || !bytes.Equal(got.Plaintext, c.Plaintext):
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func TestReEncrypt(t *testing.T) {
	s, _ := two(t)
	old := mustEncrypt(t, s, "one", "old aad", "plaintext")
	before := bytes.Clone(old)
	r, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", AADContext: []byte("new aad"),
		SourceKeyID: "one", SourceAADContext: []byte("old aad"), Ciphertext: old})
	if err != nil {
		t.Fatal(err)
	}
	if r.KeyID != "two" || r.VersionID != "v1" || r.SourceKeyID != "one" || r.SourceVersionID != "v1" {
		t.Errorf("ids %+v", r)
	}
	if !bytes.Equal(old, before) {
		t.Error("the request's ciphertext was changed")
	}
	got, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "two", AADContext: []byte("new aad"),
		Ciphertext: r.Ciphertext})
	if err != nil || string(got.Plaintext) != "plaintext" {
		t.Errorf("%v, %v", got, err)
	}
}

// cached is Keys of which one answer is known without asking.
type cached struct {
	*ring
	known ask
}

func (c cached) Hit(k key.ID, v key.VersionID) *keyring.Version {
	if (ask{k, v}) != c.known {
		return nil
	}
	return c.versions[c.known]
}

// TestReEncryptAsksOnce: what a cache knows is not asked for again, and what
// it does not know is.
func TestReEncryptAsksOnce(t *testing.T) {
	free, r := two(t)
	sealed := mustEncrypt(t, free, "one", "", "x")
	for known, asked := range map[ask]int{{"two", ""}: 1, {"one", "v1"}: 1, {"three", ""}: 2} {
		r.asked = nil
		s := New(cached{r, known}, pipeline.Owner)
		if _, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
			Ciphertext: sealed}); err != nil || len(r.asked) != asked {
			t.Errorf("with %v known: asked %v, %v", known, r.asked, err)
		}
	}
}

// TestReEncryptOfNothing: a ciphertext of nothing still opens, and can be
// re-encrypted although Encrypt refuses to make one.
func TestReEncryptOfNothing(t *testing.T) {
	s, r := two(t)
	sealed, err := seal(api.Own(), r.versions[ask{"one", "v1"}], nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
		Ciphertext: sealed}); err != nil {
		t.Error(err)
	}
}

func TestGenerateDataKey(t *testing.T) {
	s, _ := two(t)
	for a := key.AES128; a <= key.AES256HSM; a++ {
		for _, skip := range []bool{false, true} {
			r, err := s.GenerateDataKey(ctx, api.Own(), &api.GenerateDataKeyRequest{KeyID: "one",
				AADContext: []byte("aad"), DataKeySpec: a, SkipPlaintext: skip})
			if err != nil {
				t.Fatal(err)
			}
			d, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: []byte("aad"),
				Ciphertext: r.DataKeyCiphertext})
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Plaintext) != a.KeySize() || bytes.Equal(d.Plaintext, make([]byte, a.KeySize())) {
				t.Errorf("%v: data key %x", a, d.Plaintext)
			}
			if skip && r.DataKeyPlaintext != nil || !skip && !bytes.Equal(d.Plaintext, r.DataKeyPlaintext) {
				t.Errorf("%v, skip %v: plaintext %x, want %x or nil", a, skip, r.DataKeyPlaintext, d.Plaintext)
			}
		}
	}
}

// TestEqualMaterial: two keys with the same material open nothing of each
// other, whatever the header is made to say.
func TestEqualMaterial(t *testing.T) {
	s, r := two(t)
	r.add(t, "eno", "v1", key.AES256, material(1))
	sealed := mustEncrypt(t, s, "one", "", "x")
	_, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "eno", Ciphertext: sealed})
	wantError(t, "as it is", err, api.InvalidArgument, "Bad ciphertext: it was made by key one")
	copy(sealed[6:], "eno")
	_, err = s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "eno", Ciphertext: sealed})
	wantError(t, "with the other's id", err, api.InvalidArgument, "Bad ciphertext")
}
