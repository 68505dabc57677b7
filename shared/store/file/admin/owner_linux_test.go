package admin

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"rekey/shared/keyadmin"
)

const nobody = 65534 // the uid and gid of nobody

// asNobody runs f without root's rights over files. The ids belong to the
// thread, which is thrown away afterwards.
func asNobody(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		syscall.Setfsgid(nobody)
		syscall.Setfsuid(nobody)
		f()
	}()
	<-done
}

// openToNobody is a path in a folder that belongs to nobody.
func openToNobody(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	dir, err := os.MkdirTemp("", "rekey-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "keyring.json")
}

func TestReadOnlyFolder(t *testing.T) {
	path := openToNobody(t)
	asNobody(func() {
		a, err := Open(path, Options{Create: true})
		if err == nil {
			_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
		}
		if err != nil {
			t.Errorf("in its own folder: %v", err)
			return
		}
		for name, spoil := range map[string]func() error{
			"lock there": func() error { return os.Chmod(filepath.Dir(path), 0o500) },
			"no lock": func() error {
				os.Chmod(filepath.Dir(path), 0o700)
				os.Remove(path + ".lock")
				return os.Chmod(filepath.Dir(path), 0o500)
			},
		} {
			before := mustRead(t, path)
			if err := spoil(); err != nil {
				t.Error(err)
			}
			_, err = a.Create(ctx, keyadmin.Creation{})
			if err == nil || !strings.Contains(err.Error(), "is unchanged") ||
				!strings.Contains(err.Error(), "right to write to its folder") {
				t.Errorf("%s: error is %v", name, err)
			}
			if !bytes.Equal(mustRead(t, path), before) {
				t.Errorf("%s: the file was changed", name)
			}
			if _, err := a.Get(ctx, "k1"); err != nil {
				t.Errorf("%s: reading: %v", name, err)
			}
			if _, err := a.Purge(ctx); err != nil {
				t.Errorf("%s: nothing is due, and Purge does more than read: %v", name, err)
			}
		}
	})
	checkFolder(t, path)
}

// TestOwner changes somebody's keyring as root: it stays theirs.
func TestOwner(t *testing.T) {
	path := openToNobody(t)
	mustOpen(t, path, nil) // as root
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	mustCreate(t, mustOpen(t, path, nil), "k1")
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if uid := info.Sys().(*syscall.Stat_t).Uid; uid != nobody || info.Mode() != 0o600 {
			t.Errorf("%s belongs to %d with %v, want %d", name, uid, info.Mode(), nobody)
		}
	}
	asNobody(func() {
		if a, err := Open(path, Options{}); err != nil {
			t.Error(err)
		} else if _, err := a.Rotate(ctx, "k1", 0); err != nil {
			t.Error(err)
		}
	})
}

// TestUnreadable opens a keyring that is somebody else's.
func TestUnreadable(t *testing.T) {
	path := openToNobody(t)
	mustOpen(t, path, nil)
	asNobody(func() {
		_, err := Open(path, Options{})
		if err == nil || !strings.Contains(err.Error(), "as the owner of the file") ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("error is %v", err)
		}
		if strings.Contains(err.Error(), fs.ErrNotExist.Error()) {
			t.Errorf("error is %v: the file is there", err)
		}
	})
}

// TestBackupOwner: a backup that is overwritten stays its owner's, and one that
// its owner has protected stays unchanged.
func TestBackupOwner(t *testing.T) {
	path := openToNobody(t)
	a, err := Open(path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	k, backup := &Keeper{a}, path+".backup"
	if _, err := k.Backup(backup, false); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(backup, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Backup(backup, true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(backup); err != nil || info.Sys().(*syscall.Stat_t).Uid != nobody || info.Mode() != 0o600 {
		t.Errorf("it became %v, %v", info.Mode(), err)
	}
	if err := errors.Join(os.Chmod(backup, 0o400), os.Chown(path, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	asNobody(func() {
		if _, err := k.Backup(backup, true); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("over one of mode 0400: %v", err)
		}
	})
}
