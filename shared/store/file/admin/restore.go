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
	Report             // of the current keyring
	From        uint64 // the generation of the backup
	Replaced    string // where the file that was there is kept; empty if there was none, or it stayed
	Damaged     bool   // that file could not be read
	Remembered  bool   // the highest generation of the keyring is known, from the file or its memory
	Lost        []Loss // what only the file that was there had
	AlreadyDone bool   // the keyring was like the backup: nothing was written
}

// Restore verifies a backup and puts it in the keyring's place. It is refused
// if the keyring is newer, was so once, or has material that the backup has not,
// unless older is true. The file that was there stays beside the new one. The
// new generation is higher than any that is known, so that anyone who reads the
// keyring goes on with it; if that is not Remembered it may still be lower than
// one that a running process has seen, and that must be restarted.
//
// A keyring that is older than its memory can be its own backup, with older.
//
// The new keyring is encrypted if a passphrase is configured or the file that
// was there is encrypted; behind a damaged file, or none, also if the backup
// is. The backup itself may be in plain text, whatever is configured: it was
// named by hand.
func (k *Keeper) Restore(ctx context.Context, b Backup, older bool) (*Restoration, error) {
	var err error
	if b.ring, err = b.read(k.admin.access); err != nil {
		return nil, err
	}
	path, err := k.admin.target()
	if err != nil {
		return nil, err
	}
	return k.restore(ctx, path, &b, older)
}

// restore is Restore under the lock.
func (k *Keeper) restore(ctx context.Context, path string, b *Backup, older bool) (*Restoration, error) {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keyring %s: %w", path, err)
	}
	h, err := lock(ctx, path, info, k.admin.late)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	memory, err := keyfile.Recall(path)
	if err != nil {
		return nil, err
	}
	if info != nil && !b.itself && os.SameFile(info, b.file.Info) &&
		(!older || memory.Accept(b.ring.Generation) == nil) {
		return nil, fmt.Errorf("%w: %s is the keyring itself: name a backup", keyadmin.ErrInvalid, b.Path)
	}
	c, err := k.admin.readCurrent(path)
	if err != nil {
		return nil, err
	}
	now, ring := k.admin.now(), b.ring
	r := &Restoration{From: ring.Generation, Damaged: c.damaged, Remembered: c.ring != nil || memory.Generation > 0}
	ring.Purge(now)
	if err := r.compare(c.ring, ring, memory.Generation, older, now); err != nil {
		return nil, err
	}
	r.AlreadyDone = r.AlreadyDone && !c.altered
	if r.AlreadyDone {
		r.Report = *k.report(c.file, c.ring)
		return r, nil
	}
	if r.Replaced, err = k.admin.keep(h, c, now); err != nil {
		return nil, err
	}
	ring.Generation = max(ring.Generation, c.generation(), memory.Generation) + 1
	cover := k.admin.coverOf(c, b)
	if err := k.admin.commit(ctx, h, ring, c.file, cover); err != nil {
		if c.file == nil {
			err = notMade(err)
		}
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

// compare looks at what the restore would undo of the keyring, which is nil if
// none is good, and of the highest generation that is remembered.
func (r *Restoration) compare(ring, backup *keyfile.Keyring, highest uint64, older bool, now time.Time) error {
	if ring != nil {
		ring.Purge(now)
		r.Lost = losses(ring, backup)
		if r.AlreadyDone = same(ring, backup) && ring.Generation >= highest; r.AlreadyDone {
			return nil
		}
		highest = max(highest, ring.Generation)
	}
	return r.refuse(highest, older)
}

// same reports whether two keyrings differ only in the generation.
func same(a, b *keyfile.Keyring) bool {
	one, other := *a, *b
	one.Generation, other.Generation = 1, 1
	first, err := keyfile.Encode(&one)
	second, errSecond := keyfile.Encode(&other)
	return err == nil && errSecond == nil && bytes.Equal(first, second)
}

// keep leaves a copy of the file beside it, with its generation in the name,
// and the copy is on the disk before the file goes.
func (a *Admin) keep(h *held, c current, now time.Time) (string, error) {
	if c.file == nil {
		return "", nil
	}
	name := h.name + now.Format(".damaged-20060102T150405Z")
	if c.ring != nil && !c.altered {
		name = fmt.Sprintf("%s.generation-%d", h.name, c.ring.Generation)
	}
	return a.keepAs(h, name, c.file)
}

// keepOlder keeps a file in an older format, before the newest one is written
// in its place: anyone who goes back to an older rekey finds it.
func (a *Admin) keepOlder(h *held, f *keyfile.File) error {
	if f.Format == keyfile.Format {
		return nil
	}
	_, err := a.keepAs(h, fmt.Sprintf("%s.format-%d", h.name, f.Format), f)
	return err
}

// keepAs copies the file under a name that nothing else has, and returns the
// copy's path.
func (a *Admin) keepAs(h *held, name string, f *keyfile.File) (string, error) {
	name, taken, err := h.freeName(name, f.Data)
	if err != nil {
		return "", writeError(h.path(), err)
	}
	if !taken {
		err = a.disk.place(h, name, f.Data, f.Info, func() error { return a.checkUnchanged(h, f) })
	}
	return h.dir.Path(name), err
}

// freeName returns the name, with a number behind it if anything else has it;
// taken is true if it has the data already.
func (h *held) freeName(base string, data []byte) (name string, taken bool, err error) {
	for n := 1; ; n++ {
		if name = base; n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		if _, err := h.dir.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, false, nil
		} else if err != nil {
			return "", false, err
		}
		if h.has(name, data) {
			return name, true, nil
		}
	}
}
