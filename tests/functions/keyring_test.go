package functions_test

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"testing"

	"rekey/shared/ciphertext"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file"
	"rekey/shared/store/file/admin"
)

const (
	first  = "e6qexamplekey0000001" // what the recorded events name
	second = "e6qexamplekey0000002"
)

// ring is a keyring file with both keys, its administrator, and a store below
// all that is tested here.
type ring struct {
	path  string
	admin *admin.Admin
	store *file.Store
}

func mustRing(t testing.TB) *ring {
	t.Helper()
	r := &ring{path: filepath.Join(t.TempDir(), "keyring.json")}
	var err error
	if r.admin, err = admin.Open(r.path, admin.Options{Create: true}); err != nil {
		t.Fatal(err)
	}
	for i, id := range []key.ID{first, second} {
		in := keyadmin.Import{KeyID: id, VersionID: "v1", Name: "key " + string(id[19:]), Algorithm: key.AES256,
			Material: append(make([]byte, 31), byte(i+1))} // as in the README
		if _, err := r.admin.Import(context.Background(), in); err != nil {
			t.Fatal(err)
		}
	}
	if r.store, err = file.Open(r.path, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

// setting is the environment of a function that uses the keyring.
func (r *ring) setting() string { return "REKEY_KEYRING=" + r.path }

// seal encrypts with a key's primary version.
func (r *ring) seal(t testing.TB, id key.ID, aad, plaintext string) string {
	t.Helper()
	v, err := r.store.Get(context.Background(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Key.Seal(nil, ciphertext.AppendPrefix(nil, v.Algorithm(), v.KeyID, v.ID), []byte(aad),
		[]byte(plaintext))
	if err != nil {
		t.Fatal(err)
	}
	return b64(string(sealed))
}

// wantOpens checks that a ciphertext is one of the first key, and opens.
func (r *ring) wantOpens(t testing.TB, name, sealed, aad, want string) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	blob, err := ciphertext.Split(raw)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	v, err := r.store.Get(context.Background(), blob.KeyID, blob.VersionID)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got, err := v.Key.Open(nil, blob.Header, blob.Sealed, []byte(aad)); blob.KeyID != first || err != nil ||
		string(got) != want {
		t.Errorf("%s: a ciphertext of key %s does not open to what was encrypted: %v", name, blob.KeyID, err)
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
