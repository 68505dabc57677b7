package admin

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"rekey/shared/folder"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// TestDiskErrors makes each step of a write fail: the old file stays, and
// nothing else.
func TestDiskErrors(t *testing.T) {
	broken := errors.New("the disk is broken")
	failAt := func(n int) func(*os.File) error { // the nth sync of a write
		return func(f *os.File) error {
			if n--; n == 0 {
				return broken
			}
			return f.Sync()
		}
	}
	for name, breakIt := range map[string]func(*disk){
		"write":       func(d *disk) { d.write = func(*os.File, []byte) error { return broken } },
		"half write":  func(d *disk) { d.write = func(f *os.File, b []byte) error { f.Write(b[:9]); return broken } },
		"sync memory": func(d *disk) { d.sync = failAt(1) },
		"sync":        func(d *disk) { d.sync = failAt(2) },
		"sync folder": func(d *disk) { d.sync = failAt(3) },
		"rename":      func(d *disk) { d.rename = func(*folder.Folder, string, string) error { return broken } },
	} {
		path := newPath(t)
		a := mustOpen(t, path, nil)
		mustCreate(t, a, "k1")
		before := mustRead(t, path)
		breakIt(&a.disk)
		_, err := a.Rotate(ctx, "k1", 0)
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), path+" is unchanged") {
			t.Errorf("%s: error is %v", name, err)
		}
		if !bytes.Equal(mustRead(t, path), before) {
			t.Errorf("%s: the file was changed", name)
		}
		checkFolder(t, path)
		a.disk = realDisk
		if _, err := a.Rotate(ctx, "k1", 0); err != nil {
			t.Errorf("%s: repaired: %v", name, err)
		}
	}
}

// TestUnconfirmed fails the last sync, when there is no way back.
func TestUnconfirmed(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	syncs := 0
	a.disk.sync = func(f *os.File) error {
		if syncs++; syncs == 4 {
			return errors.New("the disk is broken")
		}
		return f.Sync()
	}
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k1"}); err == nil ||
		!strings.Contains(err.Error(), "the change is made") {
		t.Errorf("error is %v", err)
	}
	checkFolder(t, path)
	if _, err := a.Get(ctx, "k1"); err != nil {
		t.Error(err)
	}
}

// TestVerify makes a change that the file's own rules refuse.
func TestVerify(t *testing.T) {
	path := newPath(t)
	now := start
	a := mustOpen(t, path, &now)
	before := mustRead(t, path)
	now = time.Time{}
	if _, err := a.Create(ctx, keyadmin.Creation{}); err == nil || !strings.Contains(err.Error(), "is unchanged") {
		t.Errorf("a clock that shows year 1: error is %v", err)
	}
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("the file was changed")
	}
	checkFolder(t, path)
}

// TestNothingToWrite checks that the file itself stays when nothing changes.
func TestNothingToWrite(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	k := mustCreate(t, a, "k1")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	a.SetPrimary(ctx, "k1", k.PrimaryVersion.ID)
	a.SetStatus(ctx, "k1", key.Active)
	a.CancelDestruction(ctx, "k1", k.PrimaryVersion.ID)
	a.Rotate(ctx, "no-such-key", 0)
	a.List(ctx)
	a.Get(ctx, "k1")
	a.Versions(ctx, "k1")
	if wrote, err := a.Purge(ctx); wrote || err != nil {
		t.Errorf("Purge = %v, %v; nothing was due", wrote, err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was written anew, %v", err)
	}
}

// TestFile looks at what a clock and changes of primary leave in the file.
func TestFile(t *testing.T) {
	path := newPath(t)
	now := start.Add(1234567 * time.Nanosecond).In(time.FixedZone("east", 3600))
	a := mustOpen(t, path, &now)
	first := mustCreate(t, a, "k1").PrimaryVersion.ID
	second, err := a.Rotate(ctx, "k1", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetPrimary(ctx, "k1", first); err != nil {
		t.Fatal(err)
	}
	r, err := keyfile.Decode(mustRead(t, path))
	if err != nil {
		t.Fatal(err)
	}
	k, want := r.Key("k1"), start.Add(time.Millisecond)
	if !k.CreatedAt.Equal(want) || k.CreatedAt.Location() != time.UTC || !k.RotatedAt.Equal(want) {
		t.Errorf("createdAt is %v, rotatedAt %v; want %v", k.CreatedAt, k.RotatedAt, want)
	}
	if v := k.Version(first); !v.PrimaryUntil.IsZero() {
		t.Errorf("the primary was one until %v", v.PrimaryUntil)
	}
	if v := k.Version(second.ID); !v.PrimaryUntil.Equal(want) {
		t.Errorf("the former primary was one until %v, want %v", v.PrimaryUntil, want)
	}
}

// TestMaterialLeaves looks for destroyed material in the file.
func TestMaterialLeaves(t *testing.T) {
	path := newPath(t)
	now := start
	a := mustOpen(t, path, &now)
	material := bytes.Repeat([]byte{0xA5, 0x17}, 16)
	text := []byte(base64.StdEncoding.EncodeToString(material))
	add := func(k key.ID, v key.VersionID) {
		t.Helper()
		if _, err := a.Import(ctx, keyadmin.Import{KeyID: k, VersionID: v, Algorithm: key.AES256,
			Material: material}); err != nil {
			t.Fatal(err)
		}
	}
	destroy := func(k key.ID, v key.VersionID, pending time.Duration) {
		t.Helper()
		if _, err := a.ScheduleDestruction(ctx, k, v, keyadmin.Schedule{Pending: pending, Force: true}); err != nil {
			t.Fatal(err)
		}
	}
	purge := func(want bool) {
		t.Helper()
		if wrote, err := a.Purge(ctx); wrote != want || err != nil {
			t.Fatalf("Purge = %v, %v; want %v", wrote, err, want)
		}
	}
	inFile := func(want bool) {
		t.Helper()
		if got := bytes.Contains(mustRead(t, path), text); got != want {
			t.Fatalf("material in the file: %v, want %v", got, want)
		}
	}

	mustCreate(t, a, "k1")
	add("k1", "v1")
	inFile(true)
	destroy("k1", "v1", 0) // immediately
	inFile(false)

	mustCreate(t, a, "k2")
	add("k2", "v1")
	destroy("k2", "v1", time.Hour)
	purge(false)
	now = now.Add(time.Hour)
	inFile(true)
	purge(true)
	inFile(false)
	purge(false)

	add("k3", "v1") // its primary
	if _, err := a.Delete(ctx, "k3"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(keyadmin.DeleteGrace)
	inFile(true)
	mustCreate(t, a, "k4") // any write purges
	inFile(false)
	purge(false)
	r, err := keyfile.Decode(mustRead(t, path))
	if err != nil || r.Key("k3") != nil || len(r.Tombstones) != 1 || r.Tombstones[0].ID != "k3" {
		t.Fatalf("%+v, %v: want a tombstone of k3", r, err)
	}
}

// TestContextOver ends the context between the lock and the write.
func TestContextOver(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	before := mustRead(t, path)
	over, cancel := context.WithCancel(ctx)
	_, err := a.change(over, func(e *edit) error {
		_, err := e.addKey("k1", "", key.AES256)
		cancel()
		e.Key("k1").Primary = "v1"
		e.addVersion(e.Key("k1"), "v1", key.AES256, make([]byte, 32))
		return err
	})
	if !errors.Is(err, context.Canceled) || !bytes.Equal(mustRead(t, path), before) {
		t.Errorf("error is %v, want the context's and no change", err)
	}
}
