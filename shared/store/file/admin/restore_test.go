package admin

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// restoreFixture is a keyring of generation 4 with k1 and k2, and a backup of
// generation 2 with only k1.
func restoreFixture(t *testing.T) (k *Keeper, path, backup string) {
	t.Helper()
	path = newPath(t)
	a := mustOpen(t, path, nil)
	mustCreate(t, a, "k1")
	k, backup = mustKeep(t, path), path+".backup"
	mustBackup(t, k, backup)
	mustCreate(t, a, "k2")
	if _, err := a.Rotate(ctx, "k1", 0); err != nil {
		t.Fatal(err)
	}
	return k, path, backup
}

func TestRestoreOlder(t *testing.T) {
	k, path, backup := restoreFixture(t)
	before := mustRead(t, path)
	_, err := k.Restore(ctx, Backup{Path: backup}, false)
	if !errors.Is(err, keyadmin.ErrRefused) || !bytes.Equal(mustRead(t, path), before) {
		t.Fatalf("an older backup: error is %v", err)
	}
	for _, want := range []string{"generation 2", "of 4", "of key k2", "of key k1", "--older"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q in it", err, want)
		}
	}
	server := mustOpen(t, path, nil) // has seen generation 4
	r, err := k.Restore(ctx, Backup{Path: backup}, true)
	if err != nil {
		t.Fatal(err)
	}
	if r.From != 2 || r.Generation != 5 || r.Keys != 1 || r.Versions != 1 || len(r.Lost) != 2 || r.Replaced != path+
		".generation-4" {
		t.Errorf("restored: %+v", r)
	}
	if !bytes.Equal(mustRead(t, r.Replaced), before) {
		t.Error("what was replaced is not kept")
	}
	if all, err := server.List(ctx); err != nil || len(all) != 1 {
		t.Errorf("who has seen the keyring before does not go on: %v, %v", all, err)
	}
	checkNoTemps(t, path)

	if r, err := k.Restore(ctx, Backup{Path: backup}, false); err != nil || !r.AlreadyDone || r.Generation != 5 ||
		r.Replaced != "" {
		t.Errorf("once more: %+v, %v", r, err)
	}
	if r, err := k.Restore(ctx, Backup{Path: path + ".generation-4"}, true); err != nil || r.Generation != 6 ||
		r.Keys != 2 || len(r.Lost) != 0 {
		t.Errorf("and back: %+v, %v", r, err)
	}
}

// TestRestoreForeign restores a backup that only looks newer.
func TestRestoreForeign(t *testing.T) {
	k, _, _ := restoreFixture(t)
	foreign := newPath(t)
	a := mustOpen(t, foreign, nil)
	for i := range 9 {
		mustCreate(t, a, key.ID(fmt.Sprint("other", i)))
	}
	if _, err := k.Restore(ctx, Backup{Path: foreign}, false); !errors.Is(err, keyadmin.ErrRefused) ||
		!strings.Contains(err.Error(), "of key k2") {
		t.Errorf("error is %v", err)
	}
	if r, err := k.Restore(ctx, Backup{Path: foreign}, true); err != nil || r.Generation != 11 || len(r.Lost) != 3 {
		t.Errorf("meant so: %+v, %v", r, err)
	}
}

// TestRestoreOtherMaterial has the ids of the keyring's version and other
// bytes under them, as a seed that was changed has.
func TestRestoreOtherMaterial(t *testing.T) {
	var paths []string
	for n := range byte(2) {
		path := newPath(t)
		m := bytes.Repeat([]byte{n, 0x5A, 0x3C, 0xE1}, 8)
		if _, err := mustOpen(t, path, nil).Import(ctx, keyadmin.Import{KeyID: "k1", VersionID: "v1",
			Algorithm: key.AES256, Material: m}); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if _, err := mustKeep(t, paths[0]).Restore(ctx, Backup{Path: paths[1]}, false); !errors.Is(err,
		keyadmin.ErrRefused) || !strings.Contains(err.Error(), "lacks version v1 of key k1") {
		t.Errorf("error is %v", err)
	}
}

// TestRestoreNewer needs no flag: a keyring that went back gets its own
// future again.
func TestRestoreNewer(t *testing.T) {
	k, path, backup := restoreFixture(t)
	newer := path + ".newer"
	mustBackup(t, k, newer)
	mustWrite(t, path, mustRead(t, backup))
	if r, err := k.Restore(ctx, Backup{Path: newer}, false); err != nil || r.Generation != 5 || r.Keys != 2 ||
		r.Replaced != path+".generation-2" {
		t.Errorf("restored: %+v, %v", r, err)
	}
}

// TestRestoreDestroyed brings back what was destroyed, only if that is meant,
// and not what was to be destroyed by now.
func TestRestoreDestroyed(t *testing.T) {
	now := start
	path := newPath(t)
	a := mustOpen(t, path, &now)
	old := mustCreate(t, a, "k1").PrimaryVersion.ID
	if _, err := a.Rotate(ctx, "k1", 0); err != nil {
		t.Fatal(err)
	}
	k := &Keeper{a}
	mustBackup(t, k, path+".before")
	if _, err := a.ScheduleDestruction(ctx, "k1", old, keyadmin.Schedule{Pending: time.Hour, Force: true}); err != nil {
		t.Fatal(err)
	}
	mustBackup(t, k, path+".scheduled")
	now = now.Add(time.Hour)
	if _, err := a.Purge(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Restore(ctx, Backup{Path: path + ".before"}, false); !errors.Is(err, keyadmin.ErrRefused) ||
		!strings.Contains(err.Error(), "the backup is of generation") {
		t.Errorf("error is %v", err)
	}
	if r, err := k.Restore(ctx, Backup{Path: path + ".before"}, true); err != nil || r.Versions != 2 {
		t.Errorf("from before: %+v, %v", r, err)
	}
	if r, err := k.Restore(ctx, Backup{Path: path + ".scheduled"}, true); err != nil || r.Versions != 1 ||
		r.Overdue != 0 {
		t.Errorf("from when it was scheduled: %+v, %v", r, err)
	}
	if r, err := keyfile.Decode(mustRead(t, path)); err != nil || len(r.Key("k1").Version(old).Material) != 0 {
		t.Errorf("the material of a version whose time has come is in the file, %v", err)
	}
}

// TestRestoreDamaged replaces a damaged keyring, and keeps it.
func TestRestoreDamaged(t *testing.T) {
	for name, spoil := range map[string]func(good []byte) []byte{
		"cut":     func(good []byte) []byte { return good[:len(good)/2] },
		"empty":   func([]byte) []byte { return nil },
		"changed": func(good []byte) []byte { return bytes.Replace(good, []byte("ACTIVE"), []byte("ACTIVF"), 1) },
	} {
		k, path, backup := restoreFixture(t)
		bad := spoil(mustRead(t, path))
		mustWrite(t, path, bad)
		if _, err := k.Restore(ctx, Backup{Path: backup}, false); !errors.Is(err, keyadmin.ErrRefused) ||
			!strings.Contains(err.Error(), "of generation 2, the keyring of 4") {
			t.Errorf("%s: below what is remembered: error is %v", name, err)
		}
		r, err := k.Restore(ctx, Backup{Path: backup}, true)
		if err != nil || !r.Damaged || !r.Remembered || r.Generation != 5 ||
			!strings.HasPrefix(r.Replaced, path+".damaged-") {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		if !bytes.Equal(mustRead(t, r.Replaced), bad) {
			t.Errorf("%s: what was replaced is not kept", name)
		}
		mustCreate(t, mustOpen(t, path, nil), "k3")
	}
}

func TestRestoreMissing(t *testing.T) {
	_, _, backup := restoreFixture(t)
	path := filepath.Join(t.TempDir(), "new", "keyring.json")
	r, err := mustKeep(t, path).Restore(ctx, Backup{Path: backup}, false)
	if err != nil || r.Generation != 3 || r.Replaced != "" || r.Remembered {
		t.Fatalf("%+v, %v", r, err)
	}
	mustCreate(t, mustOpen(t, path, nil), "k3")
}

// TestRestoreRefuses checks that only a good backup is taken, and
// only a keyring of our own replaced.
func TestRestoreRefuses(t *testing.T) {
	k, path, backup := restoreFixture(t)
	good := mustRead(t, backup)
	refused := func(name, from, want string) {
		t.Helper()
		before := mustRead(t, path)
		if _, err := k.Restore(ctx, Backup{Path: from}, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q in it", name, err, want)
		}
		if !bytes.Equal(mustRead(t, path), before) {
			t.Errorf("%s: the keyring was changed", name)
		}
	}
	refused("itself", path, "is the keyring itself")
	refused("missing", path+".none", "no backup at")
	for name, bad := range map[string][]byte{"cut": good[:len(good)-2], "empty": {}, "newer": []byte(`{"format": 2}`)} {
		mustWrite(t, path+".bad", bad)
		refused(name, path+".bad", "the backup is not usable")
	}
	if err := os.Chmod(backup, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("open to others", backup, "chmod 600")
	os.Chmod(backup, 0o600)
	mustWrite(t, path, []byte(`{"format": 2}`))
	refused("a newer keyring", backup, "made by a newer rekey: upgrade")
}

// TestRestoreKeeps checks that nothing that was kept is overwritten.
func TestRestoreKeeps(t *testing.T) {
	k, path, backup := restoreFixture(t)
	mustWrite(t, path+".generation-4", []byte("precious"))
	r, err := k.Restore(ctx, Backup{Path: backup}, true)
	if err != nil || r.Replaced != path+".generation-4-2" || string(mustRead(t, path+".generation-4")) != "precious" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestRestorePower lets the power fail at every moment of a restore: the old
// or the restored keyring is there, and never the restored one without a copy
// of the old.
func TestRestorePower(t *testing.T) {
	k, path, backup := restoreFixture(t)
	first := newPowerDisk(t, filepath.Dir(path))
	start := func() *powerDisk {
		d := *first
		d.names, d.durable, d.pending = copyNames(first.names)
		return &d
	}
	before, rec := mustRead(t, path), &recorder{}
	k.admin.disk = rec.disk()
	r, err := k.Restore(ctx, Backup{Path: backup}, true)
	if err != nil {
		t.Fatal(err)
	}
	err = checkPower(start, rec.ops, path, before, mustRead(t, path), func(all map[string][]byte) error {
		if !bytes.Equal(all[path], before) && !bytes.Equal(all[r.Replaced], before) {
			return errors.New("the old keyring is gone without a copy")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
