package admin

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// atSync calls f once, at the first sync of a write: the writer has the lock
// and has read the file, and has not replaced it yet.
func atSync(a *Admin, f func()) {
	a.disk.sync = func(file *os.File) error {
		if f != nil {
			g := f
			f = nil
			g()
		}
		return file.Sync()
	}
}

// TestLockRemoved tidies the lock away under everything that writes, lets
// another process in, and looks whose change stays.
func TestLockRemoved(t *testing.T) {
	for name, write := range map[string]func(a *Admin, backup string) error{
		"change": func(a *Admin, _ string) error { _, err := a.Create(ctx, keyadmin.Creation{}); return err },
		"purge":  func(a *Admin, _ string) error { _, err := a.Purge(ctx); return err },
		"restore": func(a *Admin, backup string) error {
			_, err := (&Keeper{a}).Restore(ctx, Backup{Path: backup}, true)
			return err
		},
		"passphrase": func(a *Admin, _ string) error {
			_, err := (&Keeper{a}).SetPassphrase(ctx, passphrase.Given([]byte("correct horse battery staple")))
			return err
		},
	} {
		path, now := newPath(t), start
		a := mustOpen(t, path, &now)
		old := mustCreate(t, a, "k1").PrimaryVersion.ID
		mustBackup(t, mustKeep(t, path), path+".backup")
		if _, err := a.Rotate(ctx, "k1", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ScheduleDestruction(ctx, "k1", old, keyadmin.Schedule{Pending: time.Hour,
			Force: true}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour) // something to purge
		var after []byte
		atSync(a, func() {
			os.Remove(path + ".lock")
			b := mustOpen(t, path, nil)
			if _, err := b.Rotate(ctx, "k1", 0); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			after = mustRead(t, path)
		})
		err := write(a, path+".backup")
		if !errors.Is(err, keyadmin.ErrConflict) || !strings.Contains(err.Error(), "is unchanged") ||
			!strings.Contains(err.Error(), ".lock was removed: try again") {
			t.Errorf("%s: error is %v", name, err)
		}
		if !bytes.Equal(mustRead(t, path), after) {
			t.Errorf("%s: what was acknowledged is gone", name)
		}
		checkNoTemps(t, path)
		a.disk = realDisk
		if err := write(a, path+".backup"); err != nil {
			t.Errorf("%s: again: %v", name, err)
		}
	}
}

// TestReplacedMeanwhile writes past the lock, as an editor, cp or mv does.
func TestReplacedMeanwhile(t *testing.T) {
	for name, meddle := range map[string]func(path string) error{
		"written in place": func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) },
		"another file": func(path string) error {
			return errors.Join(os.WriteFile(path+".new", []byte("theirs"), 0o600), os.Rename(path+".new", path))
		},
		"removed": os.Remove,
	} {
		path := newPath(t)
		a := mustOpen(t, path, nil)
		atSync(a, func() {
			if err := meddle(path); err != nil {
				t.Error(err)
			}
		})
		if _, err := a.Create(ctx, keyadmin.Creation{}); !errors.Is(err, keyadmin.ErrConflict) {
			t.Errorf("%s: error is %v", name, err)
		}
		if data, err := os.ReadFile(path); name == "removed" && !errors.Is(err, fs.ErrNotExist) || name != "removed" &&
			string(data) != "theirs" {
			t.Errorf("%s: there is %q, %v", name, data, err)
		}
		checkNoTemps(t, path)
	}
}

// TestLinkTurned lets the link that is the keyring lead elsewhere meanwhile.
func TestLinkTurned(t *testing.T) {
	dir := t.TempDir()
	one, two, link := filepath.Join(dir, "one.json"), filepath.Join(dir, "two.json"), filepath.Join(dir, "link.json")
	mustOpen(t, one, nil)
	mustOpen(t, two, nil)
	if err := os.Symlink(one, link); err != nil {
		t.Skip(err)
	}
	a := mustOpen(t, link, nil)
	before := mustRead(t, one)
	atSync(a, func() {
		if err := errors.Join(os.Remove(link), os.Symlink(two, link)); err != nil {
			t.Error(err)
		}
	})
	if _, err := a.Create(ctx, keyadmin.Creation{}); !errors.Is(err, keyadmin.ErrConflict) ||
		!bytes.Equal(mustRead(t, one), before) {
		t.Errorf("error is %v", err)
	}
}

// TestCreatedMeanwhile lets a keyring come while another is made.
func TestCreatedMeanwhile(t *testing.T) {
	path := newPath(t)
	a, err := newAdmin(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	atSync(a, func() {
		os.Remove(path + ".lock")
		mustCreate(t, mustOpen(t, path, nil), "k1")
	})
	if err := a.create(false); !errors.Is(err, keyadmin.ErrConflict) {
		t.Errorf("error is %v", err)
	}
	if _, err := mustOpen(t, path, nil).Get(ctx, "k1"); err != nil {
		t.Error(err)
	}
}

// TestLockReplaced waits for a lock that is taken away and made anew: who gets
// the old one has not got the lock.
func TestLockReplaced(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	old, err := lock(ctx, path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() {
		_, err := a.change(ctx, func(e *edit) error { _, err := e.addKey("k1", "", key.AES256); return err })
		got <- err
	}()
	time.Sleep(20 * time.Millisecond) // so that it waits, or comes later, for the new one
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	next, err := lock(ctx, path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	old.Close()
	select {
	case err := <-got:
		t.Fatalf("it changed the keyring under another's lock: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	next.Close()
	// the key has no version: the file's own rules refuse it
	if err := <-got; err == nil || strings.Contains(err.Error(), "lock") {
		t.Errorf("error is %v", err)
	}
}
