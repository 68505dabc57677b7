package file

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

// TestPassphrase: a store in service follows the keyring when its passphrase
// is changed and the file with the passphrase after it. In between it has no
// answer; nor does it take a file in plain text.
func TestPassphrase(t *testing.T) {
	passphrasetest.Cheap()
	dir := t.TempDir()
	path, phrase := filepath.Join(dir, "keyring.json"), filepath.Join(dir, "phrase")
	mustWrite(t, phrase, []byte("correct horse battery staple\n"))
	a, err := admin.Open(path, admin.Options{Create: true, Passphrase: passphrase.FromFile(phrase)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, nil); !errors.Is(err, passphrase.ErrMissing) || !strings.Contains(err.Error(), path) {
		t.Errorf("without a passphrase: %v", err)
	}
	s, err := Open(path, passphrase.FromFile(phrase))
	if err != nil {
		t.Fatal(err)
	}
	check := func(want error) {
		t.Helper()
		v, err := s.Get(ctx, "k1", "")
		if want == nil && (err != nil || v == nil) || want != nil &&
			(v != nil || !errors.Is(err, want) || !errors.Is(err, keyring.ErrUnavailable)) {
			t.Fatalf("Get = %v, %v; want %v", v, err, want)
		}
	}
	check(nil)
	for _, status := range []key.Status{key.Inactive, key.Active} {
		if _, err := a.SetStatus(ctx, "k1", status); err != nil {
			t.Fatal(err)
		}
		// the very next one
		if _, err := s.Get(ctx, "k1", ""); errors.Is(err, keyring.ErrKeyInactive) != (status == key.Inactive) {
			t.Errorf("the key is made %s, and Get says %v", status, err)
		}
	}
	k, err := admin.Keep(path, admin.Options{Passphrase: passphrase.FromFile(phrase)})
	if err != nil {
		t.Fatal(err)
	}
	next := "another horse, another battery"
	if _, err := k.SetPassphrase(ctx, passphrase.Given([]byte(next))); err != nil {
		t.Fatal(err)
	}
	check(passphrase.ErrWrong)
	mustWrite(t, phrase, []byte(next+"\n"))
	check(nil)
	if k, err = admin.Keep(path, admin.Options{Passphrase: passphrase.FromFile(phrase)}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.SetPassphrase(ctx, nil); err != nil {
		t.Fatal(err)
	}
	check(passphrase.ErrPlain)
}
