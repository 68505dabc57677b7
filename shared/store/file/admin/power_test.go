package admin

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// checkPower plays the operations again up to each of them, and lets the power
// fail there in every way: at the path there must be the old or the new
// content (nil: no file), and once all is done the new. also may look at the
// rest of the folder.
func checkPower(start func() *powerDisk, ops []op, path string, before, after []byte,
	also func(map[string][]byte) error) error {
	for n := range len(ops) + 1 {
		d := start()
		for _, o := range ops[:n] {
			d.do(o)
		}
		var bad error
		d.afterwards(func(all map[string][]byte) {
			data, there := all[path]
			isNew := there && bytes.Equal(data, after)
			isOld := there == (before != nil) && bytes.Equal(data, before)
			switch {
			case !isNew && !isOld:
				bad = fmt.Errorf("the power fails after %d operations of %d: neither the old nor the new keyring is "+
					"there, but %d bytes", n, len(ops), len(data))
			case !isNew && n == len(ops):
				bad = errors.New("the power fails after the call returned: the old keyring is there")
			case also != nil && bad == nil:
				bad = also(all)
			}
		})
		if bad != nil {
			return bad
		}
	}
	return nil
}

// TestPowerFailure lets the power fail at every moment of a write: of the
// first one, of a change, and of one that finds another's temporary file.
func TestPowerFailure(t *testing.T) {
	// memory, keyring, both renamed
	write := []string{"create", "write", "sync", "create", "write", "sync", "sync", "rename", "sync", "rename"}
	for _, c := range []struct {
		name     string
		existing bool
		leftover bool
		want     []string
	}{
		{"the first write", false, false, write},
		{"a change", true, false, write},
		{"a change after a crash", true, true, append([]string{"remove"}, write...)},
	} {
		path, start, before := powerFixture(t, c.existing, c.leftover)
		r := &recorder{}
		a := &Admin{path: path, clock: time.Now, disk: r.disk()}
		var err error
		if c.existing {
			_, err = a.Create(ctx, keyadmin.Creation{})
		} else {
			err = a.create(false)
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := r.kinds(); !slices.Equal(got, c.want) {
			t.Errorf("%s: the disk was asked for %v, want %v", c.name, got, c.want)
		}
		after := mustRead(t, path)
		if err := checkPower(start, r.ops, path, before, after, memoryNotAhead(t, path)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		checkFolder(t, path)
	}
}

// TestPowerSimulation checks that the simulation finds a step that is left out
// or comes too early.
func TestPowerSimulation(t *testing.T) {
	path, start, before := powerFixture(t, true, false)
	r := &recorder{}
	a := &Admin{path: path, clock: time.Now, disk: r.disk()}
	mustCreate(t, a, "k2")
	after := mustRead(t, path)
	const create, write, syncFile, rename, syncFolder, memory = 3, 4, 5, 7, 8, 9
	for name, spoilt := range map[string][]op{
		"the file is not synced":   without(r.ops, syncFile),
		"the folder is not synced": without(r.ops, syncFolder),
		"nothing is synced":        {r.ops[create], r.ops[write], r.ops[rename]},
		"the file is synced behind a rename": {r.ops[create], r.ops[write], r.ops[rename], {kind: "sync", name: path},
			r.ops[syncFolder]},
		"the file is written in place":  {{kind: "write", name: path, data: after}, {kind: "sync", name: path}},
		"the old file is removed first": slices.Insert(slices.Clone(r.ops), rename, op{kind: "remove", name: path}),
		"the memory is renamed first":   slices.Insert(without(r.ops, memory), rename, r.ops[memory]),
		"the memory is not synced":      without(r.ops, 2),
	} {
		if err := checkPower(start, spoilt, path, before, after, memoryNotAhead(t, path)); err == nil {
			t.Errorf("%s, and the simulation finds nothing wrong", name)
		}
	}
}

// memoryNotAhead checks that the next start takes the keyring, whatever is left
// of its memory.
func memoryNotAhead(t *testing.T, path string) func(map[string][]byte) error {
	folder := t.TempDir()
	return func(all map[string][]byte) error {
		text, there := all[path+keyfile.MemorySuffix]
		r, err := keyfile.Decode(all[path])
		if err != nil || !there {
			return nil
		}
		copied := filepath.Join(folder, "keyring.json")
		mustWrite(t, copied+keyfile.MemorySuffix, text)
		memory, err := keyfile.Recall(copied)
		if err != nil {
			return err
		}
		return memory.Accept(r.Generation)
	}
}

func without(ops []op, i int) []op { return slices.Delete(slices.Clone(ops), i, i+1) }

// powerFixture makes a folder with or without a keyring and a leftover, and
// returns the path, the folder as a powerDisk, and the keyring's bytes.
func powerFixture(t *testing.T, existing, leftover bool) (string, func() *powerDisk, []byte) {
	t.Helper()
	path := newPath(t)
	var before []byte
	if existing {
		mustCreate(t, mustOpen(t, path, nil), "k1")
		before = mustRead(t, path)
	}
	if leftover {
		if err := os.WriteFile(path+tempMark+"123", before, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := newPowerDisk(t, filepath.Dir(path))
	return path, func() *powerDisk {
		d := *first
		d.names, d.durable, d.pending = copyNames(first.names)
		return &d
	}, before
}

// copyNames copies files, so that each play has its own.
func copyNames(from map[string]*inode) (names, durable map[string]*inode, pending []entry) {
	names, durable = map[string]*inode{}, map[string]*inode{}
	for name, file := range from {
		own := *file
		own.data = slices.Clone(file.data)
		names[name], durable[name] = &own, &own
	}
	return names, durable, nil
}
