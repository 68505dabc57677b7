package admin

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

var ctx = context.Background()

var start = time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)

// mustOpen opens a new keyring at a path, with a clock that the caller moves.
func mustOpen(t *testing.T, path string, now *time.Time) *Admin {
	t.Helper()
	o := Options{Create: true, Window: 5 * time.Minute}
	if now != nil {
		o.Now = func() time.Time { return *now }
	}
	a, err := Open(path, o)
	if err != nil {
		t.Fatalf("opening an admin: %v", err)
	}
	return a
}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "keyring.json") }

func mustCreate(t *testing.T, a *Admin, id key.ID) *keyadmin.Key {
	t.Helper()
	k, err := a.Create(ctx, keyadmin.Creation{ID: id})
	if err != nil {
		t.Fatalf("creating key %q: %v", id, err)
	}
	return k
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checkFolder checks that only the keyring, its lock and its memory is
// left.
func checkFolder(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := filepath.Base(path); e.Name() != name && e.Name() != name+".lock" && e.Name() != name+".highest" {
			t.Errorf("%s is left in the folder", e.Name())
		}
	}
}

func TestCreateFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(folder, "keyring.json")
	a := mustOpen(t, path, nil)
	for name, want := range map[string]fs.FileMode{folder: fs.ModeDir | 0o700, path: 0o600, path + ".lock": 0o600,
		path + ".highest": 0o644} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	mustCreate(t, a, "k1")
	before := mustRead(t, path)
	if k, err := mustOpen(t, path, nil).Get(ctx, "k1"); err != nil || k.ID != "k1" {
		t.Errorf("Get = %v, %v", k, err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("opening a keyring with Create changed it")
	}
	if info, _ := os.Stat(path); info.Mode() != 0o600 {
		t.Errorf("after a change the mode is %v", info.Mode())
	}
	checkFolder(t, path)
}

func TestOpenMissing(t *testing.T) {
	path := newPath(t)
	if _, err := Open(path, Options{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v, want fs.ErrNotExist and the path", err)
	}
	if err := os.Symlink("nowhere", path); err != nil {
		t.Skip(err)
	}
	if _, err := Open(path, Options{Create: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nowhere: error is %v, want fs.ErrNotExist", err)
	}
	checkFolder(t, path)
}

// TestDamaged checks that nothing is written over a file that cannot be
// believed, whatever made it so, and that the admin works again once it can.
func TestDamaged(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	mustCreate(t, a, "k1")
	older := mustRead(t, path)
	mustCreate(t, a, "k2")
	good := mustRead(t, path)
	for name, bad := range map[string][]byte{
		"damaged": bytes.Replace(good, []byte("ACTIVE"), []byte("ACTIVF"), 1),
		"cut":     good[:len(good)/2],
		"empty":   {},
		"older":   older,
	} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		_, created := a.Create(ctx, keyadmin.Creation{ID: "k3"})
		_, listed := a.List(ctx)
		_, purged := a.Purge(ctx)
		for _, err := range []error{created, listed, purged} {
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: error is %v, want one with the path", name, err)
			}
		}
		if _, err := Open(path, Options{Create: true}); err == nil {
			t.Errorf("%s: it is opened anew", name)
		}
		if !bytes.Equal(mustRead(t, path), bad) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Create(ctx, keyadmin.Creation{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: error is %v, want fs.ErrNotExist", err)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	mustCreate(t, a, "k3")
	checkFolder(t, path)
}

func TestSymlink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.json"), filepath.Join(dir, "link.json")
	mustOpen(t, target, nil)
	if err := os.Symlink("target.json", link); err != nil {
		t.Skip(err)
	}
	mustCreate(t, mustOpen(t, link, nil), "k1")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link has become %v, %v", info.Mode(), err)
	}
	if _, err := mustOpen(t, target, nil).Get(ctx, "k1"); err != nil {
		t.Errorf("the change did not reach the target: %v", err)
	}
	if _, err := os.Lstat(link + ".lock"); err == nil {
		t.Error("the lock is beside the link: two names of one file would be two locks")
	}
	os.Remove(target)
	_, err := Open(link, Options{Create: true, CreateAnew: true})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), link+
		", a symbolic link to what is not there") {
		t.Errorf("a link to nowhere: error is %v", err)
	}
}
