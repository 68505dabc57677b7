//go:build unix

package admin

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// TestMemory puts a keyring back to an older state: the next start refuses it,
// until the newer one is back or a restore is meant to go back.
func TestMemory(t *testing.T) {
	k, path, backup := restoreFixture(t)
	newest := mustRead(t, path)
	if text := string(mustRead(t, path+".highest")); text != "generation 4\n" {
		t.Fatalf("the memory is %q", text)
	}
	mustWrite(t, path, mustRead(t, backup))
	_, opened := Open(path, Options{Create: true, CreateAnew: true})
	_, checked := k.Check()
	_, copied := k.Backup(path+".copy", false)
	_, covered := k.SetPassphrase(ctx, given(phrase))
	for _, err := range []error{opened, checked, copied, covered} {
		if err == nil || !strings.Contains(err.Error(), "is of generation 2 and has been of 4") ||
			!strings.Contains(err.Error(), "`rekey keyring restore FILE --older`") {
			t.Errorf("error is %v", err)
		}
	}
	if !bytes.Equal(mustRead(t, path), mustRead(t, backup)) {
		t.Error("the keyring was changed")
	}
	mustWrite(t, path, newest)
	mustOpen(t, path, nil)

	mustWrite(t, path, mustRead(t, backup))
	for _, from := range []string{backup, path} {
		if _, err := k.Restore(ctx, Backup{Path: from}, false); err == nil {
			t.Errorf("%s is restored, and it was not said that going back is meant", from)
		}
	}
	if r, err := k.Restore(ctx, Backup{Path: backup}, true); err != nil || r.AlreadyDone || r.Generation != 5 ||
		!r.Remembered {
		t.Fatalf("Restore = %+v, %v", r, err)
	}
	mustCreate(t, mustOpen(t, path, nil), "k3")

	mustWrite(t, path, mustRead(t, backup)) // and the keyring itself
	if r, err := k.Restore(ctx, Backup{Path: path}, true); err != nil || r.Generation != 7 || r.Keys != 1 {
		t.Fatalf("Restore = %+v, %v", r, err)
	}
	mustOpen(t, path, nil)
	if _, err := k.Restore(ctx, Backup{Path: path}, true); !errors.Is(err, keyadmin.ErrInvalid) {
		t.Errorf("a good keyring from itself: %v", err)
	}
	for _, b := range k.Beside() {
		if strings.HasSuffix(b.Path, ".highest") {
			t.Errorf("%s is listed as a copy", b.Path)
		}
	}
}

// TestMemoryUnderWay: an admin that has seen only the older state refuses it
// too.
func TestMemoryUnderWay(t *testing.T) {
	_, path, backup := restoreFixture(t)
	highest := mustRead(t, path+".highest")
	older := mustRead(t, backup)
	mustWrite(t, path, older)
	os.Remove(path + ".highest")
	a := mustOpen(t, path, nil) // where there is no memory, nothing is refused
	mustWrite(t, path+".highest", highest)
	if _, err := a.Rotate(ctx, "k1", 0); err == nil || !bytes.Equal(mustRead(t, path), older) {
		t.Errorf("error is %v", err)
	}
}

// TestMemoryWithoutKeyring: where a keyring was lost none is made by accident.
func TestMemoryWithoutKeyring(t *testing.T) {
	k, path, backup := restoreFixture(t)
	os.Remove(path)
	os.Remove(path + ".lock")
	_, err := Open(path, Options{Create: true})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "one of generation 4 before") ||
		!strings.Contains(err.Error(), "rekey keyring restore") {
		t.Errorf("error is %v", err)
	}
	for _, name := range []string{path, path + ".lock"} {
		if _, err := os.Lstat(name); err == nil {
			t.Errorf("%s is made", name)
		}
	}
	if _, err := k.Restore(ctx, Backup{Path: backup}, false); !errors.Is(err, keyadmin.ErrRefused) {
		t.Errorf("a backup of a lower generation: %v", err)
	}
	a, err := Open(path, Options{Create: true, CreateAnew: true})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := k.Check(); err != nil || r.Generation != 5 {
		t.Errorf("Check = %+v, %v", r, err)
	}
	mustCreate(t, a, "k1")
}

// TestMemoryDamaged: a memory that cannot be believed is said, with what to do.
func TestMemoryDamaged(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	memory := path + keyfile.MemorySuffix
	for name, spoil := range map[string]func() error{
		"empty":    func() error { return os.WriteFile(memory, nil, 0o600) },
		"cut":      func() error { return os.WriteFile(memory, []byte("generation 2"), 0o600) },
		"zeros":    func() error { return os.WriteFile(memory, make([]byte, 13), 0o600) },
		"0":        func() error { return os.WriteFile(memory, []byte("generation 0\n"), 0o600) },
		"too much": func() error { return os.WriteFile(memory, []byte("generation 18446744073709551616\n"), 0o600) },
		"the last": func() error { return os.WriteFile(memory, []byte("generation 18446744073709551614\n"), 0o600) },
		"long": func() error {
			return os.WriteFile(memory, []byte("generation 2\n"+strings.Repeat("\n", 99)), 0o600)
		},
		"a pipe":   func() error { return syscall.Mkfifo(memory, 0o600) },
		"a folder": func() error { return os.Mkdir(memory, 0o700) },
		"a circle": func() error { return os.Symlink(memory, memory) },
	} {
		if err := errors.Join(os.Remove(memory), spoil()); err != nil {
			t.Fatal(err)
		}
		before := mustRead(t, path)
		_, err := Open(path, Options{Create: true})
		if err == nil || !strings.Contains(err.Error(), memory+", which remembers") ||
			!strings.Contains(err.Error(), "then remove this file") {
			t.Errorf("%s: error is %v", name, err)
		}
		if _, err := mustKeep(t, path).Restore(ctx, Backup{Path: path}, true); err == nil ||
			!bytes.Equal(mustRead(t, path), before) {
			t.Errorf("%s: restore: %v", name, err)
		}
	}
	os.Remove(memory)
	mustCreate(t, mustOpen(t, path, nil), "k2")
	if text := string(mustRead(t, memory)); text != "generation 3\n" {
		t.Errorf("it is written again as %q", text)
	}
}
