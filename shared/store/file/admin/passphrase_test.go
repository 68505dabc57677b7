package admin

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"rekey/shared/store/file/passphrase"
)

func given(secret string) *passphrase.Passphrase { return passphrase.Given([]byte(secret)) }

const (
	phrase = "correct horse battery staple"
	other  = "another horse, another battery"
)

// mustEncrypted makes an encrypted keyring of one key, k1.
func mustEncrypted(t *testing.T, path string, p *passphrase.Passphrase) *Admin {
	t.Helper()
	a, err := Open(path, Options{Create: true, Passphrase: p})
	if err != nil {
		t.Fatal(err)
	}
	mustCreate(t, a, "k1")
	return a
}

// checkAtRest checks what lies in the folder: no file there is or has a
// keyring in plain text.
func checkAtRest(t *testing.T, path string) {
	t.Helper()
	for _, e := range beside(path) {
		if data := mustRead(t, strings.TrimSuffix(path, "keyring.json")+e.Name()); bytes.Contains(data,
			[]byte("material")) {
			t.Errorf("%s is in plain text", e.Name())
		}
	}
	if !passphrase.Encrypted(mustRead(t, path)) {
		t.Error("the keyring is not encrypted")
	}
}

// TestEncrypted: a keyring that is born encrypted stays so through every
// change, and nobody changes it without the passphrase.
func TestEncrypted(t *testing.T) {
	path := newPath(t)
	p := given(phrase)
	a := mustEncrypted(t, path, p)
	checkAtRest(t, path)
	if _, err := a.Rotate(ctx, "k1", 0); err != nil {
		t.Fatal(err)
	}
	checkAtRest(t, path)
	r, err := mustKeepWith(t, path, p).Check()
	if err != nil || !r.Encrypted || r.Generation != 3 || r.Versions != 2 {
		t.Errorf("Check = %+v, %v", r, err)
	}
	before := mustRead(t, path)
	for name, test := range map[string]struct {
		p    *passphrase.Passphrase
		want error
	}{"none": {nil, passphrase.ErrMissing}, "wrong": {given(other), passphrase.ErrWrong}} {
		_, err := Open(path, Options{Passphrase: test.p})
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error is %v, want %v with the path", name, err, test.want)
		}
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("a refusal has changed the file")
	}
	checkFolder(t, path)
}

// TestPlainRefused: where a passphrase is configured, a file in plain text may
// be anybody's.
func TestPlainRefused(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	if _, err := Open(path, Options{Passphrase: given(phrase)}); !errors.Is(err, passphrase.ErrPlain) {
		t.Errorf("Open: %v", err)
	}
	k := mustKeepWith(t, path, given(phrase))
	if _, err := k.Check(); !errors.Is(err, passphrase.ErrPlain) {
		t.Errorf("Check: %v", err)
	}
	if _, err := k.Backup(path+".backup", false); !errors.Is(err, passphrase.ErrPlain) {
		t.Errorf("Backup: %v", err)
	}
	// A server that has it open meets a plain file in its place.
	encrypted := newPath(t)
	a := mustEncrypted(t, encrypted, given(phrase))
	mustWrite(t, encrypted, mustRead(t, path))
	if _, err := a.List(ctx); !errors.Is(err, passphrase.ErrPlain) {
		t.Errorf("List: %v", err)
	}
	// What a crash or a full disk has left is not in plain text: it is lost.
	for content, want := range map[string]string{"": "is empty", "\n": "is empty",
		strings.Repeat("\x00", 512): "only zero bytes"} {
		mustWrite(t, encrypted, []byte(content))
		if _, err := mustKeepWith(t, encrypted, given(phrase)).Check(); errors.Is(err, passphrase.ErrPlain) ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("Check of %.5q: %v", content, err)
		}
		if _, err := a.List(ctx); errors.Is(err, passphrase.ErrPlain) || !strings.Contains(err.Error(), want) {
			t.Errorf("List of %.5q: %v", content, err)
		}
	}
}

func TestSetPassphrase(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	step := func(from, to *passphrase.Passphrase, generation uint64) {
		t.Helper()
		r, err := mustKeepWith(t, path, from).SetPassphrase(ctx, to)
		if err != nil || r.Generation != generation || r.Encrypted != (to != nil) || r.Keys != 1 {
			t.Fatalf("SetPassphrase = %+v, %v", r, err)
		}
		if a, err := Open(path, Options{Passphrase: to}); err != nil {
			t.Fatal(err)
		} else if all, err := a.List(ctx); err != nil || len(all) != 1 {
			t.Fatalf("List = %v, %v", all, err)
		}
		checkFolder(t, path) // no copy stays that the old passphrase, or none, opens
	}
	step(given(phrase), given(phrase), 3) // configured, and the file still plain
	checkAtRest(t, path)
	step(given(phrase), given(other), 4)
	checkAtRest(t, path)
	if _, err := Open(path, Options{Passphrase: given(phrase)}); !errors.Is(err, passphrase.ErrWrong) {
		t.Errorf("the old passphrase: %v", err)
	}
	before := mustRead(t, path)
	if _, err := mustKeepWith(t, path, given(other)).SetPassphrase(ctx, given("short")); err == nil ||
		!strings.Contains(err.Error(), "is unchanged") {
		t.Errorf("a short one: %v", err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("a refusal has changed the file")
	}
	step(given(other), nil, 5)
	if passphrase.Encrypted(mustRead(t, path)) {
		t.Error("it is still encrypted")
	}
}

// TestRestoreEncrypted: what a restored keyring is encrypted with.
func TestRestoreEncrypted(t *testing.T) {
	dir := t.TempDir() + "/"
	plain, sealed := dir+"plain.backup", dir+"sealed.backup"
	mustCreate(t, mustOpen(t, dir+"p", nil), "k1")
	mustBackup(t, mustKeep(t, dir+"p"), plain)
	mustEncrypted(t, dir+"s", given(other))
	mustBackup(t, mustKeepWith(t, dir+"s", given(other)), sealed)
	if !bytes.Equal(mustRead(t, sealed), mustRead(t, dir+"s")) {
		t.Error("a backup is not the file, byte for byte")
	}
	asked := func() *passphrase.Passphrase {
		return passphrase.FromPerson(func(string) ([]byte, error) { return []byte(phrase), nil })
	}
	for name, test := range map[string]struct {
		there func(path string) // what is restored over
		p     *passphrase.Passphrase
		from  Backup
		opens *passphrase.Passphrase // what opens the result; nil: plain text
	}{
		"nothing, plain":             {nil, nil, Backup{Path: plain}, nil},
		"nothing, plain, configured": {nil, given(phrase), Backup{Path: plain}, given(phrase)},
		"nothing, encrypted":         {nil, asked(), Backup{Path: sealed, Passphrase: given(other)}, given(other)},
		"nothing, encrypted, configured": {nil, given(phrase), Backup{Path: sealed, Passphrase: given(other)},
			given(phrase)},
		"encrypted, plain": {func(p string) { mustEncrypted(t, p, given(phrase)) }, asked(),
			Backup{Path: plain}, given(phrase)},
		"encrypted, encrypted otherwise": {func(p string) { mustEncrypted(t, p, given(phrase)) }, asked(),
			Backup{Path: sealed, Passphrase: given(other)}, given(phrase)},
		"plain, encrypted": {func(p string) { mustCreate(t, mustOpen(t, p, nil), "k1") }, asked(),
			Backup{Path: sealed, Passphrase: given(other)}, nil},
		"damaged and encrypted, plain": {func(p string) { mustWrite(t, p, mustRead(t, sealed)[:200]) }, asked(),
			Backup{Path: plain}, given(phrase)},
		"damaged and plain, encrypted": {func(p string) { mustWrite(t, p, []byte("{")) }, nil,
			Backup{Path: sealed, Passphrase: given(other)}, given(other)},
		"damaged, encrypted, configured": {func(p string) { mustWrite(t, p, []byte("{")) }, given(phrase),
			Backup{Path: sealed, Passphrase: given(other)}, given(phrase)},
		"plain, plain, configured by now": {func(p string) { mustCreate(t, mustOpen(t, p, nil), "k1") }, given(phrase),
			Backup{Path: plain}, given(phrase)},
	} {
		path := newPath(t)
		if test.there != nil {
			test.there(path)
		}
		r, err := mustKeepWith(t, path, test.p).Restore(ctx, test.from, true)
		if err != nil || r.Encrypted != (test.opens != nil) {
			t.Errorf("%s: Restore = %+v, %v", name, r, err)
			continue
		}
		if passphrase.Encrypted(mustRead(t, path)) != (test.opens != nil) {
			t.Errorf("%s: the file is or is not encrypted", name)
		}
		if a, err := Open(path, Options{Passphrase: test.opens}); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if all, err := a.List(ctx); err != nil || len(all) != 1 {
			t.Errorf("%s: List = %v, %v", name, all, err)
		}
		checkNoTemps(t, path)
	}
}

// TestRestoreLocked: a keyring that only its passphrase is missing for is not
// damaged, and not replaced.
func TestRestoreLocked(t *testing.T) {
	path := newPath(t)
	mustEncrypted(t, path, given(other))
	plain := newPath(t)
	mustCreate(t, mustOpen(t, plain, nil), "k2")
	before := mustRead(t, path)
	for _, p := range []*passphrase.Passphrase{nil, given(phrase)} {
		_, err := mustKeepWith(t, path, p).Restore(ctx, Backup{Path: plain}, true)
		if err == nil || !strings.Contains(err.Error(), "is not replaced") ||
			!strings.Contains(err.Error(), "move the keyring away") {
			t.Errorf("error is %v", err)
		}
	}
	if _, err := mustKeepWith(t, plain, nil).Restore(ctx, Backup{Path: path, Passphrase: given(phrase)},
		true); !errors.Is(err, passphrase.ErrWrong) || !strings.Contains(err.Error(), "--backup-passphrase-file") {
		t.Errorf("the backup's passphrase is wrong: %v", err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("the file has changed")
	}
	checkFolder(t, path)
}

func mustKeepWith(t *testing.T, path string, p *passphrase.Passphrase) *Keeper {
	t.Helper()
	k, err := Keep(path, Options{Passphrase: p})
	if err != nil {
		t.Fatal(err)
	}
	return k
}
