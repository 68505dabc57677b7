package admin

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/shared/folder"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// olderFormat lets this rekey have read a format 0 once, which is a keyring
// of today behind another number.
func olderFormat(t *testing.T) (old func(path string) []byte) {
	head := func(n string) []byte { return []byte("{\n  \"format\": " + n + ",") }
	keyfile.Older[0] = func(data []byte) (*keyfile.Keyring, error) {
		rest, ok := bytes.CutPrefix(data, head("0"))
		if !ok {
			return nil, errors.New("it is none of format 0")
		}
		return keyfile.Decode(append(head("1"), rest...))
	}
	t.Cleanup(func() { delete(keyfile.Older, 0) })
	return func(path string) []byte {
		data := append(head("0"), bytes.TrimPrefix(mustRead(t, path), head("1"))...)
		mustWrite(t, path, data)
		return data
	}
}

// TestUpgrade: an older format is read, and upgraded with the next change and
// not before, with the old file beside it.
func TestUpgrade(t *testing.T) {
	old := olderFormat(t)
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	before := old(path)
	a := mustOpen(t, path, nil)
	if r, err := mustKeep(t, path).Check(); err != nil || r.Format != 0 || r.Keys != 1 {
		t.Fatalf("Check = %+v, %v", r, err)
	}
	if purged, err := a.Purge(ctx); purged || err != nil || !bytes.Equal(mustRead(t, path), before) {
		t.Fatalf("it was written without a change: %v, %v", purged, err)
	}
	mustBackup(t, mustKeep(t, path), path+".backup")
	if !bytes.Equal(mustRead(t, path+".backup"), before) {
		t.Error("a backup is not the file, byte for byte")
	}
	mustCreate(t, a, "k2")
	if r, err := mustKeep(t, path).Check(); err != nil || r.Format != keyfile.Format || r.Keys != 2 ||
		r.Generation != 3 {
		t.Fatalf("after a change: %+v, %v", r, err)
	}
	if !bytes.Equal(mustRead(t, path+".format-0"), before) {
		t.Error("the old file is not kept as it was")
	}
	mustCreate(t, a, "k3")
	if _, err := os.Stat(path + ".format-0-2"); err == nil {
		t.Error("it was kept twice")
	}
	// The old file is a backup as any other.
	if r, err := mustKeep(t, path).Restore(ctx, Backup{Path: path + ".format-0"}, true); err != nil ||
		r.Format != keyfile.Format || r.Keys != 1 {
		t.Errorf("restored: %+v, %v", r, err)
	}
}

// TestUpgradeFails: without a copy of the old file nothing is upgraded.
func TestUpgradeFails(t *testing.T) {
	old := olderFormat(t)
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	before := old(path)
	a := mustOpen(t, path, nil)
	rename := a.disk.rename
	a.disk.rename = func(d *folder.Folder, from, to string) error {
		if strings.Contains(to, ".format-0") {
			return errors.New("no")
		}
		return rename(d, from, to)
	}
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k2"}); err == nil ||
		!strings.Contains(err.Error(), "is unchanged") {
		t.Errorf("error is %v", err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("the file has changed")
	}
}

// TestUpgradeEncrypted: the old file is kept as it lay there.
func TestUpgradeEncrypted(t *testing.T) {
	old := olderFormat(t)
	plain := newPath(t)
	mustCreate(t, mustOpen(t, plain, nil), "k1")
	p := given(phrase)
	before, err := p.Seal(plain, old(plain))
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	mustWrite(t, path, before)
	a, err := Open(path, Options{Passphrase: p})
	if err != nil {
		t.Fatal(err)
	}
	mustCreate(t, a, "k2")
	if !bytes.Equal(mustRead(t, path+".format-0"), before) {
		t.Error("the old file is not kept as it was")
	}
	checkAtRest(t, path)
}

// TestUpgradePower lets the power fail at every moment of an upgrade: the old
// or the new keyring is there, and never the new one without a copy of the old.
func TestUpgradePower(t *testing.T) {
	old := olderFormat(t)
	path := newPath(t)
	mustCreate(t, mustOpen(t, path, nil), "k1")
	before := old(path)
	first, rec := newPowerDisk(t, filepath.Dir(path)), &recorder{}
	a := &Admin{path: path, clock: time.Now, disk: rec.disk()}
	mustCreate(t, a, "k2")
	start := func() *powerDisk {
		d := *first
		d.names, d.durable, d.pending = copyNames(first.names)
		return &d
	}
	err := checkPower(start, rec.ops, path, before, mustRead(t, path), func(all map[string][]byte) error {
		if !bytes.Equal(all[path], before) && !bytes.Equal(all[path+".format-0"], before) {
			return errors.New("the old keyring is gone without a copy")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
