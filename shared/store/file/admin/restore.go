package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Restoration is what Restore did.
type Restoration struct {
	Report             // of the keyring as it is now
	From        uint64 // the generation of the backup
	Replaced    string // where the file that was there is kept; empty if there was none, or it stayed
	Damaged     bool   // that file could not be read: its generation is not known
	Lost        []Loss // what only the file that was there had
	Revived     []Loss // what had been destroyed in it and is back
	AlreadyDone bool   // the keyring was like the backup: nothing was written
}

// Restore verifies a backup and puts it in the keyring's place. It is refused
// if the keyring is newer or has material that the backup has not, unless
// older is true. The file that was there stays beside the new one. The new
// generation is higher than both, so that whoever reads the keyring goes on
// with it; behind a damaged file, or none, it may still be lower than one that
// a running process has seen, and that must be restarted.
func (k *Keeper) Restore(ctx context.Context, from string, older bool) (*Restoration, error) {
	backup, ring, err := load(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no backup at %s", keyadmin.ErrNotFound, from)
	}
	if err != nil {
		return nil, fmt.Errorf("the backup is not usable: %w", err)
	}
	path, err := k.admin.target()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && os.SameFile(info, backup.Info) {
		return nil, fmt.Errorf("%w: %s is the keyring itself: name a backup", keyadmin.ErrInvalid, from)
	}
	return k.restore(ctx, path, ring, older)
}

// restore is Restore under the lock.
func (k *Keeper) restore(ctx context.Context, path string, backup *keyfile.Keyring, older bool) (*Restoration, error) {
	info, _ := os.Stat(path)
	held, err := lock(ctx, path, info)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	c, err := readCurrent(path)
	if err != nil {
		return nil, err
	}
	now := k.admin.now()
	r := &Restoration{From: backup.Generation, Damaged: c.damaged}
	backup.Purge(now)
	if err := r.compare(c.ring, backup, older, now); err != nil {
		return nil, err
	}
	if r.AlreadyDone {
		r.Report = *newReport(path, c.ring, now)
		return r, nil
	}
	if r.Replaced, err = k.admin.keep(path, c, now); err != nil {
		return nil, err
	}
	backup.Generation = max(backup.Generation, c.generation()) + 1
	if err := k.admin.commit(ctx, path, backup, c.info()); err != nil {
		return nil, err
	}
	r.Report = *newReport(path, backup, now)
	return r, nil
}

// compare looks at what the restore would undo of a good keyring.
func (r *Restoration) compare(ring, backup *keyfile.Keyring, older bool, now time.Time) error {
	if ring == nil {
		return nil
	}
	ring.Purge(now)
	r.Lost, r.Revived = losses(ring, backup), revived(backup, ring)
	if r.AlreadyDone = same(ring, backup); r.AlreadyDone {
		return nil
	}
	return r.refuse(ring.Generation, older)
}

// same reports whether two keyrings differ in nothing but the generation.
func same(a, b *keyfile.Keyring) bool {
	one, other := *a, *b
	one.Generation, other.Generation = 1, 1
	first, err := keyfile.Encode(&one)
	second, errSecond := keyfile.Encode(&other)
	return err == nil && errSecond == nil && bytes.Equal(first, second)
}

// current is the file that a restore replaces; without a file it is empty.
type current struct {
	file    *keyfile.File
	ring    *keyfile.Keyring // nil if there is none, or it is damaged
	damaged bool
}

func (c current) info() fs.FileInfo {
	if c.file == nil {
		return nil
	}
	return c.file.Info
}

func (c current) generation() uint64 {
	if c.ring == nil {
		return 0
	}
	return c.ring.Generation
}

// readCurrent takes a damaged file for what it is. One that cannot be read,
// or that a newer rekey has made, is none to put another in its place.
func readCurrent(path string) (current, error) {
	f, err := keyfile.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return current{}, nil
	}
	if err != nil {
		return current{}, err
	}
	r, err := f.Keyring()
	if errors.Is(err, keyfile.ErrNewer) {
		return current{}, fmt.Errorf("the keyring is not replaced: %w", err)
	}
	return current{f, r, err != nil}, nil
}

// keep leaves a copy of the file beside it, with its generation in the name,
// and the copy is on the disk before the file goes.
func (a *Admin) keep(path string, c current, now time.Time) (string, error) {
	if c.file == nil {
		return "", nil
	}
	name := path + now.Format(".damaged-20060102T150405Z")
	if c.ring != nil {
		name = fmt.Sprintf("%s.generation-%d", path, c.ring.Generation)
	}
	name, taken, err := freeName(name, c.file.Data)
	if taken || err != nil {
		return name, err
	}
	return name, a.disk.place(path, name, c.file.Data, c.file.Info)
}

// freeName returns the name, with a number behind it if another file has it;
// taken is true if the data is there already.
func freeName(base string, data []byte) (name string, taken bool, err error) {
	for n := 1; ; n++ {
		if name = base; n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, false, nil
		} else if err != nil {
			return "", false, err
		}
		if there, err := os.ReadFile(name); err == nil && bytes.Equal(there, data) {
			return name, true, nil
		}
	}
}
