//go:build unix

package keyfile

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAccess: the group's rights to read and write count for Group, and
// everybody's for nobody.
func TestAccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode][2]bool{ // Owner, Group
		0o600: {true, true}, 0o400: {true, true}, 0o700: {true, true},
		0o440: {false, true}, 0o640: {false, true}, 0o660: {false, true},
		0o650: {false, false}, 0o670: {false, false}, 0o604: {false, false}, 0o602: {false, false},
		0o644: {false, false}, 0o666: {false, false},
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for a, want := range want {
			if _, err := Access(a).Load(path, nil); (err == nil) != want {
				t.Errorf("mode %04o, access %d: %v", mode, a, err)
			}
		}
	}
}

// TestAccessOfOpened: what counts is the file that was opened, whatever was at
// its path a moment before.
func TestAccessOfOpened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keyring.json")
	if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode][2]bool{ // Owner, Group
		0o600: {true, true}, 0o640: {false, true}, 0o604: {false, false}, 0o666: {false, false},
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for a, want := range want {
			wantRead(t, path, Access(a), want)
		}
	}
	wantRead(t, dir, Owner, false)
	wantRead(t, os.DevNull, Group, false)
}

func wantRead(t *testing.T, path string, a Access, want bool) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f := &File{Path: path}
	if err := f.read(in, a); (err == nil) != want || (f.Data != nil) != want {
		t.Errorf("%s, access %d: %v, and read %q", path, a, err, f.Data)
	}
}
