package admin

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rekey/shared/folder"
	"rekey/shared/keyadmin"
)

// servedKeyring is a keyring in a service account's folder, of generation 2.
func servedKeyring(t *testing.T) (path string) {
	t.Helper()
	path = openToNobody(t)
	asNobody(func() {
		a, err := Open(path, Options{Create: true})
		if err == nil {
			_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
		}
		if err != nil {
			t.Error(err)
		}
	})
	return path
}

// victim is a file of root's, and a check that it stays unchanged.
func victim(t *testing.T, path string) (string, func(what string)) {
	t.Helper()
	// a hard link must stay on the disk
	name := filepath.Join(filepath.Dir(filepath.Dir(path)), fmt.Sprint("rekey-victim-", os.Getpid()))
	mustWrite(t, name, []byte("root only"))
	t.Cleanup(func() { os.Remove(name) })
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return name, func(what string) {
		t.Helper()
		now, err := os.Lstat(name)
		if err != nil || !os.SameFile(now, before) || string(mustRead(t, name)) != "root only" || now.Mode() != 0o600 {
			t.Errorf("%s: the file of root's is another one, %v", what, err)
		} else if uid := now.Sys().(*syscall.Stat_t).Uid; uid != 0 {
			t.Errorf("%s: the file of root's belongs to uid %d", what, uid)
		}
	}
}

// TestPlantedLock: whatever the owner of the folder puts in the place of the
// lock, root neither follows nor waits for nor gives away.
func TestPlantedLock(t *testing.T) {
	path := servedKeyring(t)
	away, checkVictim := victim(t, path)
	lock, before := path+".lock", mustRead(t, path)
	for what, c := range map[string]struct {
		plant func() error
		want  string
	}{
		"a link": {func() error { return os.Symlink(away, lock) },
			"is not a regular file but a symbolic link"},
		"a link to nowhere": {func() error { return os.Symlink(away+".none", lock) },
			"is not a regular file but a symbolic link"},
		"a link to a device": {func() error { return os.Symlink("/dev/zero", lock) },
			"is not a regular file but a symbolic link"},
		"a hard link": {func() error { return os.Link(away, lock) }, "has another name elsewhere (a hard link)"},
		"a pipe":      {func() error { return syscall.Mkfifo(lock, 0o600) }, "is not a regular file"},
		"a folder":    {func() error { return os.Mkdir(lock, 0o700) }, "is not a regular file"},
		"a stranger's file": {func() error {
			return errors.Join(os.WriteFile(lock, nil, 0o600), os.Chown(lock, 12345, 12345))
		}, "belongs neither to root nor to the owner of the keyring (its uid is 12345)"},
	} {
		if err := errors.Join(os.Remove(lock), c.plant()); err != nil {
			t.Fatal(err)
		}
		k := mustKeep(t, path)
		_, restored := k.Restore(ctx, Backup{Path: path + ".generation-1"}, true)
		_, covered := k.SetPassphrase(ctx, nil)
		a, err := Open(path, Options{Create: true})
		if err != nil {
			t.Fatalf("%s: reading needs no lock: %v", what, err)
		}
		_, rotated := a.Rotate(ctx, "k1", 0)
		for _, err := range []error{rotated, covered} {
			if err == nil || !strings.Contains(err.Error(), "keyring.json is unchanged: "+lock+" "+c.want) ||
				!strings.Contains(err.Error(), "remove it: rekey makes its own") {
				t.Errorf("%s: error is %v, want %q", what, err, c.want)
			}
		}
		if restored == nil || !bytes.Equal(mustRead(t, path), before) {
			t.Errorf("%s: the keyring was changed", what)
		}
		checkVictim(what)
		if _, err := os.Lstat(away + ".none"); err == nil {
			t.Errorf("%s: a file is made where it leads", what)
		}
	}
	os.Remove(lock)
	if _, err := mustOpen(t, path, nil).Rotate(ctx, "k1", 0); err != nil {
		t.Errorf("without what was put there: %v", err)
	}
}

// TestPlantedLockMissingKeyring: without a keyring its owner is not known, and
// links are refused no less.
func TestPlantedLockMissingKeyring(t *testing.T) {
	path := openToNobody(t)
	away, checkVictim := victim(t, path)
	if err := os.Symlink(away, path+".lock"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{Create: true}); err == nil || !strings.Contains(err.Error(), "a symbolic link") {
		t.Errorf("error is %v", err)
	}
	checkVictim("a link")
	os.Remove(path + ".lock")
	mustWrite(t, path+".lock", nil)
	if err := os.Chown(path+".lock", nobody, nobody); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path, nil) // the lock that a lost keyring of the folder's owner has left
}

// TestPlantedCopies: names of copies that are taken by links, pipes and the
// like are passed over.
func TestPlantedCopies(t *testing.T) {
	path := servedKeyring(t)
	away, checkVictim := victim(t, path)
	backup := path + ".backup"
	mustBackup(t, mustKeep(t, path), backup)
	mustCreate(t, mustOpen(t, path, nil), "k2")
	before := mustRead(t, path)
	copied := filepath.Join(filepath.Dir(away), "same")
	mustWrite(t, copied, before)
	defer os.Remove(copied)
	base := path + ".generation-3"
	for name, plant := range map[string]func(string) error{
		base:        func(n string) error { return os.Symlink(away, n) },
		base + "-2": func(n string) error { return syscall.Mkfifo(n, 0o600) },
		base + "-3": func(n string) error { return os.Symlink("/dev/zero", n) },
		base + "-4": func(n string) error { return os.Mkdir(n, 0o700) },
		base + "-5": func(n string) error { return os.Symlink(copied, n) }, // the same text, elsewhere
		base + "-6": func(n string) error { return os.Symlink(away+".none", n) },
	} {
		if err := plant(name); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan *Restoration, 1)
	go func() {
		r, err := mustKeep(t, path).Restore(ctx, Backup{Path: backup}, true)
		if err != nil {
			t.Error(err)
		}
		done <- r
	}()
	select {
	case r := <-done:
		if r != nil && (r.Replaced != base+"-7" || !bytes.Equal(mustRead(t, r.Replaced), before)) {
			t.Errorf("what was replaced is in %s", r.Replaced)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for what was put there")
	}
	checkVictim("a link")
	if _, err := os.Lstat(away + ".none"); err == nil {
		t.Error("a file is made where a link leads")
	}
}

// TestPlantedTemp: leftovers that are links are not followed, and go no further
// than the folder.
func TestPlantedTemp(t *testing.T) {
	path := servedKeyring(t)
	away, checkVictim := victim(t, path)
	for n, plant := range []func(string) error{
		func(n string) error { return os.Symlink(away, n) },
		func(n string) error { return os.Link(away, n) },
		func(n string) error { return os.Mkdir(n, 0o700) },
	} {
		if err := plant(fmt.Sprint(path, tempMark, n)); err != nil {
			t.Fatal(err)
		}
	}
	mustCreate(t, mustOpen(t, path, nil), "k2")
	checkVictim("a leftover")
}

// TestPlantedBackup: root's backup goes where root says, and through no link
// in a folder that another user can write.
func TestPlantedBackup(t *testing.T) {
	path := servedKeyring(t)
	away, checkVictim := victim(t, path)
	roots := t.TempDir()
	dir := filepath.Dir(path)
	for name, to := range map[string]string{"b": away, "folder": roots, "none": filepath.Join(roots, "none")} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	k := mustKeep(t, path)
	for _, to := range []string{"b", "folder/b"} {
		if _, err := k.Backup(filepath.Join(dir, to), true); err == nil ||
			!strings.Contains(err.Error(), "in a folder that another user can write") {
			t.Errorf("backup to %s: error is %v", to, err)
		}
	}
	if _, err := k.Backup(filepath.Join(dir, "none"), false); !errors.Is(err, keyadmin.ErrExists) {
		t.Errorf("backup to a link to nowhere: error is %v", err)
	}
	checkVictim("a link")
	if all, err := os.ReadDir(roots); err != nil || len(all) != 0 {
		t.Errorf("in a folder of root's there is %v, %v", all, err)
	}
	if err := os.Symlink(filepath.Join(dir, "good"), filepath.Join(roots, "own")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, filepath.Join(dir, "good"), nil)
	if _, err := k.Backup(filepath.Join(roots, "own"), true); err != nil ||
		!bytes.Equal(mustRead(t, filepath.Join(dir, "good")), mustRead(t, path)) {
		t.Errorf("a link of root's own: %v", err)
	}
	open := t.TempDir()
	planted := filepath.Join(open, "planted")
	mustWrite(t, planted, []byte("bait"))
	if err := errors.Join(os.Chown(planted, nobody, nobody), os.Chmod(open, os.ModeSticky|0o777)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Backup(planted, true); !errors.Is(err, folder.ErrPlanted) || string(mustRead(t, planted)) != "bait" {
		t.Errorf("over a file that somebody has put into a folder like /tmp: %v", err)
	}
}

// TestPlantedFolder: a new keyring and its folder are not made behind a link
// of somebody else's.
func TestPlantedFolder(t *testing.T) {
	dir, roots := filepath.Dir(openToNobody(t)), t.TempDir()
	if err := os.Symlink(roots, filepath.Join(dir, "config")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"config/keyring.json", "config/rekey/keyring.json"} {
		if _, err := Open(filepath.Join(dir, name), Options{Create: true}); err == nil ||
			errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if all, err := os.ReadDir(roots); err != nil || len(all) != 0 {
		t.Errorf("in a folder of root's there is %v, %v", all, err)
	}
}

// TestSwappedFolder puts a folder of root's in the place of the keyring's,
// while root is at work: nothing comes there.
func TestSwappedFolder(t *testing.T) {
	path, roots := servedKeyring(t), t.TempDir()
	dir := filepath.Dir(path)
	a := mustOpen(t, path, nil)
	a.disk.write = func(f *os.File, b []byte) error {
		if _, err := os.Lstat(dir + ".old"); err != nil {
			if err := errors.Join(os.Rename(dir, dir+".old"), os.Symlink(roots, dir)); err != nil {
				t.Error(err)
			}
		}
		return realDisk.write(f, b)
	}
	defer os.RemoveAll(dir + ".old")
	before := mustRead(t, path)
	if _, err := a.Rotate(ctx, "k1", 0); !errors.Is(err, keyadmin.ErrConflict) {
		t.Errorf("error is %v", err)
	}
	if all, err := os.ReadDir(roots); err != nil || len(all) != 0 {
		t.Errorf("in a folder of root's there is %v, %v", all, err)
	}
	if !bytes.Equal(mustRead(t, filepath.Join(dir+".old", "keyring.json")), before) {
		t.Error("the keyring was changed")
	}
}
