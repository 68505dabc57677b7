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

	"rekey/shared/folder"
	"rekey/shared/keyadmin"
)

// onSmallDisk runs f on its own file system of 64 KiB, or reports why
// there can be none. It is mounted only for one thread, which is thrown away
// with it.
func onSmallDisk(t *testing.T, f func(dir string)) error {
	t.Helper()
	dir := t.TempDir()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
			done <- err
			return
		}
		err := errors.Join(
			syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""),
			syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k,mode=700"))
		if err == nil {
			f(dir)
		}
		done <- err
	}()
	return <-done
}

// TestDiskFull fills a real disk under a keyring, or where none can be
// mounted lets every write say that it is full.
func TestDiskFull(t *testing.T) {
	err := onSmallDisk(t, func(dir string) {
		filler := filepath.Join(dir, "filler")
		checkFull(t, filepath.Join(dir, "keyring.json"), func(*Admin) { fillDisk(t, filler) },
			func(*Admin) { os.Remove(filler) })
	})
	if err == nil {
		return
	}
	t.Logf("no disk can be mounted (%v): one that only says that it is full", err)
	full := func(*os.File, []byte) error { return syscall.ENOSPC }
	checkFull(t, newPath(t), func(a *Admin) { a.disk.write = full }, func(a *Admin) { a.disk = realDisk })
}

func fillDisk(t *testing.T, filler string) {
	f, err := os.Create(filler)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("filling the disk: %v", err)
	}
}

// checkFull runs on its own thread, where t.Fatal is not allowed.
func checkFull(t *testing.T, path string, fill, empty func(*Admin)) {
	a, err := Open(path, Options{Create: true})
	if err == nil {
		_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
	}
	if err != nil {
		t.Error(err)
		return
	}
	before, _ := os.ReadFile(path)
	fill(a)
	for range 2 {
		_, err := a.Rotate(ctx, "k1", 0)
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "is unchanged") ||
			!strings.Contains(err.Error(), "make room on the disk") {
			t.Errorf("on a full disk: error is %v", err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("a full disk changed the keyring, %v", err)
	}
	if left := leftovers(path); len(left) > 0 {
		t.Errorf("a full disk is left with %v", left)
	}
	if _, err := a.Get(ctx, "k1"); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	k := &Keeper{a}
	if _, err := k.Backup(path+".backup", false); !errors.Is(err, syscall.ENOSPC) ||
		!strings.Contains(err.Error(), "make room") {
		t.Errorf("a backup on a full disk: error is %v", err)
	}
	if _, err := os.Stat(path + ".backup"); err == nil {
		t.Error("half a backup is there")
	}
	empty(a)
	if _, err := a.Rotate(ctx, "k1", 0); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestReadOnlyDisk makes a whole file system read-only under a keyring, or
// where none can be mounted lets a disk say that it is.
func TestReadOnlyDisk(t *testing.T) {
	err := onSmallDisk(t, func(dir string) {
		checkReadOnly(t, filepath.Join(dir, "keyring.json"), func(*Admin) error {
			return syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
		})
	})
	if err == nil {
		return
	}
	t.Logf("no disk can be mounted (%v): one that only says that it is read-only", err)
	checkReadOnly(t, newPath(t), func(a *Admin) error {
		a.disk.create = func(*folder.Folder, string, fs.FileInfo, fs.FileMode) (string, *os.File, error) {
			return "", nil, syscall.EROFS
		}
		return nil
	})
}

func checkReadOnly(t *testing.T, path string, protect func(*Admin) error) {
	a, err := Open(path, Options{Create: true})
	if err == nil {
		_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
	}
	if err = errors.Join(err, protect(a)); err != nil {
		t.Error(err)
		return
	}
	if _, err := a.Rotate(ctx, "k1", 0); !errors.Is(err, syscall.EROFS) ||
		!strings.Contains(err.Error(), "is unchanged") ||
		!strings.HasSuffix(err.Error(), ": mount the disk so that it can be written") {
		t.Errorf("on a read-only disk: error is %v", err)
	}
	if _, err := a.Get(ctx, "k1"); err != nil {
		t.Errorf("reading on a read-only disk: %v", err)
	}
}
