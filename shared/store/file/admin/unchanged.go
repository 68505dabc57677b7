package admin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// checkUnchanged refuses to replace anything but what was read (nil: nothing
// was there), or without the lock. A lock is a name in a folder: anyone who tidies
// up lets another process in, and what that one has written would be lost.
func (a *Admin) checkUnchanged(h *held, was *keyfile.File) error {
	there, err := h.inPlace()
	if err == nil && !there {
		err = fmt.Errorf("its lock %s was removed", h.dir.Path(h.lockName()))
	}
	if err == nil {
		err = a.checkSame(h, was)
	}
	if err != nil {
		return fmt.Errorf("%w: %w: try again", keyadmin.ErrConflict, err)
	}
	return nil
}

func (a *Admin) checkSame(h *held, was *keyfile.File) error {
	if was == nil {
		if _, err := h.dir.Lstat(h.name); !errors.Is(err, fs.ErrNotExist) {
			return join(errors.New("a keyring has come there"), err)
		}
		return checkAt(filepath.Dir(a.path), h.dir.File())
	}
	f, _, err := h.dir.OpenFile(h.name, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := readAll(f)
	if err == nil && !bytes.Equal(data, was.Data) {
		err = errors.New("it is another file than was read")
	}
	if err != nil {
		return err
	}
	return checkAt(a.path, f)
}

// checkAt refuses an open file that is not, or no more, what a path leads to.
func checkAt(path string, f *os.File) error {
	now, err := os.Stat(path)
	if err != nil {
		return err
	}
	if is, err := f.Stat(); err != nil || !os.SameFile(is, now) {
		return join(fmt.Errorf("another file is at %s now", path), err)
	}
	return nil
}

// has reports whether a file of a name is there that has just this data.
func (h *held) has(name string, data []byte) bool {
	f, e, err := h.dir.OpenFile(name, os.O_RDONLY)
	if err != nil {
		return false
	}
	defer f.Close()
	there, err := readAll(f)
	return err == nil && e.Size == int64(len(data)) && bytes.Equal(there, data)
}

// readAll reads what a keyring file may have at most.
func readAll(f *os.File) ([]byte, error) { return io.ReadAll(io.LimitReader(f, keyfile.MaxSize+1)) }
