package admin

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/shared/folder"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

func mustKeep(t *testing.T, path string) *Keeper {
	t.Helper()
	k, err := Keep(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustBackup(t *testing.T, k *Keeper, to string) {
	t.Helper()
	if _, err := k.Backup(to, false); err != nil {
		t.Fatalf("backing up: %v", err)
	}
}

func mustWrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBackup(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	mustCreate(t, a, "k1")
	k, to := mustKeep(t, path), path+".backup"
	mustBackup(t, k, to)
	first := mustRead(t, path)
	if info, err := os.Stat(to); err != nil || info.Mode() != 0o600 || !bytes.Equal(mustRead(t, to), first) {
		t.Errorf("the backup is not the keyring, or has mode %v, %v", info.Mode(), err)
	}
	mustCreate(t, a, "k2")
	if _, err := k.Backup(to, false); !errors.Is(err, keyadmin.ErrExists) || !bytes.Equal(mustRead(t, to), first) {
		t.Errorf("over another backup: error is %v", err)
	}
	if _, err := k.Backup(to, true); err != nil || !bytes.Equal(mustRead(t, to), mustRead(t, path)) {
		t.Errorf("over another backup, meant so: %v", err)
	}
	checkNoTemps(t, path, to)
}

// TestBackupRefuses checks what is not a place for a backup, and that it stays.
func TestBackupRefuses(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	k, before := mustKeep(t, path), mustRead(t, path)
	for _, to := range []string{path, link, filepath.Dir(path), os.DevNull} {
		if _, err := k.Backup(to, true); !errors.Is(err, keyadmin.ErrInvalid) {
			t.Errorf("backup to %s: error is %v", to, err)
		}
	}
	if _, err := k.Backup(filepath.Join(path+".nowhere", "b"), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("backup to a folder that is not there: error is %v", err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("the keyring was changed")
	}
}

// TestBackupVerifies checks that no bad keyring replaces a good backup.
func TestBackupVerifies(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	k, to := mustKeep(t, path), path+".backup"
	mustBackup(t, k, to)
	good := mustRead(t, path)
	for name, bad := range map[string][]byte{"cut": good[:99], "empty": {}, "newer": []byte(`{"format": 2}`)} {
		mustWrite(t, path, bad)
		if _, err := k.Backup(to, true); err == nil || !bytes.Equal(mustRead(t, to), good) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// TestBackupRace lets a file come between the look and the write, on file
// systems with links and without.
func TestBackupRace(t *testing.T) {
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	k, to := mustKeep(t, path), path+".backup"
	k.admin.disk.sync = func(*os.File) error { mustWrite(t, to, []byte("precious")); return nil }
	if _, err := k.Backup(to, false); !errors.Is(err, keyadmin.ErrExists) || string(mustRead(t, to)) != "precious" {
		t.Errorf("error is %v", err)
	}
	checkNoTemps(t, path, to)
	os.Remove(to)
	k.admin.disk = realDisk
	k.admin.disk.link = func(*folder.Folder, string, string) error { return errors.ErrUnsupported }
	mustBackup(t, k, to)
	if !bytes.Equal(mustRead(t, to), mustRead(t, path)) {
		t.Error("without links the backup is another file")
	}
	checkNoTemps(t, path, to)
}

// TestBackupPower lets the power fail at every moment of a backup.
func TestBackupPower(t *testing.T) {
	for _, overwrite := range []bool{false, true} {
		path, start, _ := powerFixture(t, true, false)
		r, k, to := &recorder{}, mustKeep(t, path), path+".backup"
		k.admin.disk = r.disk()
		if _, err := k.Backup(to, overwrite); err != nil {
			t.Fatal(err)
		}
		if err := checkPower(start, r.ops, to, nil, mustRead(t, path), nil); err != nil {
			t.Errorf("overwrite %v: %v", overwrite, err)
		}
	}
}

// TestSweep checks whose temporary files go, and when.
func TestSweep(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	left, ofMemory := path+tempMark+"123456", path+keyfile.MemorySuffix+tempMark+"7"
	mustWrite(t, ofMemory, nil)
	others := []string{path + tempMark, path + tempMark + "copy", path + tempMark + "1.bak", path + "x" + tempMark +
		"1", path + ".bak" + tempMark + "7"}
	for _, name := range append([]string{left}, others...) {
		mustWrite(t, name, []byte("material"))
	}
	if got := mustKeep(t, path).Beside(); len(got) != 7 || !hasLeftover(got, left, ofMemory) {
		t.Errorf("beside are %v", got)
	}
	if _, err := a.List(ctx); err != nil || len(leftovers(path)) != 2 {
		t.Errorf("reading removed something, %v", err)
	}
	mustCreate(t, a, "k1")
	for _, name := range []string{left, ofMemory} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a change left %s: %v", name, err)
		}
	}
	for _, name := range others {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("a change took what is not its own: %v", err)
		}
	}
	old, young := path+".b"+tempMark+"1", path+".b"+tempMark+"2" // of backups, which take no lock
	mustWrite(t, old, nil)
	mustWrite(t, young, nil)
	hourAgo := time.Now().Add(-time.Hour)
	if err := os.Chtimes(old, hourAgo, hourAgo); err != nil {
		t.Fatal(err)
	}
	mustBackup(t, mustKeep(t, path), path+".b")
	if got := leftovers(path + ".b"); len(got) != 1 || got[0] != young {
		t.Errorf("a backup left %v, want the young one", got)
	}
}

func hasLeftover(all []Beside, paths ...string) bool {
	for _, b := range all {
		if b.Leftover != slices.Contains(paths, b.Path) {
			return false
		}
	}
	return true
}

func checkNoTemps(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if left, _ := filepath.Glob(path + tempMark + "*"); len(left) > 0 {
			t.Errorf("%s is left", strings.Join(left, ", "))
		}
	}
}
