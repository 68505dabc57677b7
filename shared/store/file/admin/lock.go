package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rekey/shared/folder"
)

// lockPoll is how often a taken lock is asked for again, and how late the end
// of a context may be noticed, 5 ms: a change takes a few times that, and
// flock itself knows no context.
const lockPoll = 5 * time.Millisecond

// held is the lock of a keyring, and the folder that both are in.
type held struct {
	dir  *folder.Folder
	name string // of the keyring in it
	lock *os.File
	is   folder.Entry // the lock's
	late func(lock string)
}

// lateAfter is when somebody is told that a lock is waited for.
const lateAfter = time.Second

// lock takes the lock of the keyring at path (not a symbolic link); closing
// gives it back. The file stays: its mode and what is in it do not matter, but
// it must be one that the owner of the keyring, like, or root has made there:
// anyone who owns the folder may have put anything in its place. Without a
// keyring, like is nil, and the owner of the folder counts. Unless late is nil
// it is called, once, if the lock is long in coming.
func lock(ctx context.Context, path string, like fs.FileInfo, late func(lock string)) (*held, error) {
	dir, err := folder.Open(filepath.Dir(path))
	if err != nil {
		return nil, writeError(path, err)
	}
	h := &held{dir: dir, name: filepath.Base(path), late: late}
	if err := h.take(ctx, like); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// take is done once the lock that it has got still lies in its place: another
// process may have taken one that came there since.
func (h *held) take(ctx context.Context, like fs.FileInfo) error {
	for {
		if err := h.open(like); err != nil {
			return writeError(h.path(), err)
		}
		if err := h.wait(ctx); err != nil {
			return fmt.Errorf("locking keyring %s: %w", h.path(), err)
		}
		there, err := h.inPlace()
		if err != nil {
			return writeError(h.path(), err)
		}
		if there && !h.blocksOwner(like) {
			return nil
		}
		if there { // the next one is made for the owner of the keyring
			if err := h.dir.Remove(h.lockName()); err != nil {
				return writeError(h.path(), err)
			}
		}
		h.lock.Close()
	}
}

// open opens the lock that is there, or makes one.
func (h *held) open(like fs.FileInfo) (err error) {
	for {
		h.lock, h.is, err = h.dir.OpenFile(h.lockName(), os.O_RDWR)
		if !errors.Is(err, fs.ErrNotExist) {
			return h.checkLock(like, err)
		}
		f, err := h.dir.Create(h.lockName(), like, 0o600)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err == nil {
			f.Close()
		}
	}
}

func (h *held) checkLock(like fs.FileInfo, err error) error {
	const remedy = "find out who put it there, and remove it: rekey makes its own"
	path := h.dir.Path(h.lockName())
	switch {
	case errors.Is(err, folder.ErrIrregular):
		return fmt.Errorf("%w: %s", err, remedy)
	case h.is.Names > 1:
		return fmt.Errorf("%s has another name elsewhere (a hard link): %s", path, remedy)
	case h.is.Regular && !h.trusts(h.is.Owner, like):
		return fmt.Errorf("%s belongs neither to root nor to the owner of the keyring (its uid is %d): %s", path,
			h.is.Owner, remedy)
	case errors.Is(err, fs.ErrPermission) && h.is.Owner != os.Geteuid():
		return fmt.Errorf("%s cannot be opened, for it belongs to another user (its uid is %d): remove it: rekey "+
			"makes its own", path, h.is.Owner)
	}
	return err
}

func (h *held) inPlace() (bool, error) {
	now, err := h.dir.Lstat(h.lockName())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return now.Same(h.is), err
}

func (h *held) lockName() string { return h.name + ".lock" }

func (h *held) path() string { return h.dir.Path(h.name) }

// Close gives the lock back.
func (h *held) Close() {
	h.lock.Close() // nil has nothing to close
	h.dir.Close()
}

func (h *held) wait(ctx context.Context) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for start := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ok, err := tryLock(h.lock); ok || err != nil {
			return localOnly(err)
		}
		if h.late != nil && time.Since(start) > lateAfter {
			h.late(h.dir.Path(h.lockName()))
			h.late = nil
		}
		<-tick.C
	}
}
