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
	"rekey/shared/store/file/passphrase"
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
//
// The new keyring is encrypted if a passphrase is configured or the file that
// was there is encrypted; behind a damaged file, or none, also if the backup
// is. The backup itself may be in plain text, whatever is configured: it was
// named by hand.
func (k *Keeper) Restore(ctx context.Context, b Backup, older bool) (*Restoration, error) {
	var err error
	if b.ring, err = b.read(); err != nil {
		return nil, err
	}
	path, err := k.admin.target()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && os.SameFile(info, b.file.Info) {
		return nil, fmt.Errorf("%w: %s is the keyring itself: name a backup", keyadmin.ErrInvalid, b.Path)
	}
	return k.restore(ctx, path, &b, older)
}

// restore is Restore under the lock.
func (k *Keeper) restore(ctx context.Context, path string, b *Backup, older bool) (*Restoration, error) {
	info, _ := os.Stat(path)
	held, err := lock(ctx, path, info)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	c, err := k.admin.readCurrent(path)
	if err != nil {
		return nil, err
	}
	now, ring := k.admin.now(), b.ring
	r := &Restoration{From: ring.Generation, Damaged: c.damaged}
	ring.Purge(now)
	if err := r.compare(c.ring, ring, older, now); err != nil {
		return nil, err
	}
	if r.AlreadyDone {
		r.Report = *k.report(c.file, c.ring)
		return r, nil
	}
	if r.Replaced, err = k.admin.keep(path, c, now); err != nil {
		return nil, err
	}
	ring.Generation = max(ring.Generation, c.generation()) + 1
	cover := k.admin.coverOf(c, b)
	if err := k.admin.commit(ctx, path, ring, c.info(), cover); err != nil {
		return nil, err
	}
	r.Report = *newReport(path, ring, now)
	r.Encrypted = cover != nil
	return r, nil
}

// coverOf is the passphrase that a restored keyring is encrypted with, or nil.
func (a *Admin) coverOf(c current, b *Backup) *passphrase.Passphrase {
	cover := a.cover(c.file)
	if cover == nil && c.ring == nil && b.file.Encrypted() {
		cover = b.Passphrase
	}
	return cover
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
	return a.keepAs(path, name, c.file)
}

// keepOlder keeps a file in an older format, before the newest one is written
// in its place: whoever goes back to an older rekey finds it.
func (a *Admin) keepOlder(path string, f *keyfile.File) error {
	if f.Format == keyfile.Format {
		return nil
	}
	_, err := a.keepAs(path, fmt.Sprintf("%s.format-%d", path, f.Format), f)
	return err
}

// keepAs copies the file under a name that nothing else has, and returns it.
func (a *Admin) keepAs(path, name string, f *keyfile.File) (string, error) {
	name, taken, err := freeName(name, f.Data)
	if taken || err != nil {
		return name, err
	}
	return name, a.disk.place(path, name, f.Data, f.Info)
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
