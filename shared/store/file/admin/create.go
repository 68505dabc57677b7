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
	"rekey/shared/store/file/internal/keyfile"
)

// createTimeout is how long Open waits for another process that makes the
// same file, which takes milliseconds.
const createTimeout = 10 * time.Second

// create makes the file if there is none, without keys, and of generation 1 if
// there was none before. Whatever is there already stays.
func (a *Admin) create(anew bool) error {
	if _, err := os.Lstat(a.path); !errors.Is(err, fs.ErrNotExist) {
		return nil // reading it will tell what it is, a dangling link too
	}
	if _, err := recallLost(a.path, anew); err != nil {
		return err
	}
	m := newMade(a.path)
	path, err := a.makeFolder()
	if err == nil {
		err = a.createAt(path, anew, m)
	}
	if err != nil {
		m.removeFolders()
	}
	return notMade(err)
}

// recallLost returns the memory of a keyring that is not there, if another may
// be made nevertheless.
func recallLost(path string, anew bool) (keyfile.Memory, error) {
	memory, err := keyfile.Recall(path)
	if err == nil && memory.Generation > 0 && !anew {
		err = memory.Lost()
	}
	return memory, err
}

// makeFolder makes the folder of a keyring that is not there, and returns the
// keyring's path without symbolic links.
func (a *Admin) makeFolder() (string, error) {
	dir, err := folder.Resolve(filepath.Dir(a.path))
	if err != nil {
		return "", fmt.Errorf("keyring %s: %w", a.path, err)
	}
	made, err := folder.Make(dir)
	if err != nil {
		return "", fmt.Errorf("making the folder of keyring %s: %w", a.path, err)
	}
	return filepath.Join(dir, filepath.Base(a.path)), made.Close()
}

// target is the path of the file itself, there or not, behind any symbolic
// link; a link to nowhere is refused.
func (a *Admin) target() (string, error) {
	if _, err := os.Lstat(a.path); errors.Is(err, fs.ErrNotExist) {
		return a.makeFolder()
	}
	path, err := filepath.EvalSymlinks(a.path)
	if err != nil {
		return "", fmt.Errorf("keyring %s: %w", a.path, err)
	}
	return path, nil
}

func (a *Admin) createAt(path string, anew bool, m *made) error {
	ctx, cancel := context.WithTimeout(context.Background(), createTimeout)
	defer cancel()
	h, err := lock(ctx, path, nil, a.late)
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := h.dir.Lstat(h.name); !errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else was faster
	}
	memory, err := recallLost(path, anew)
	if err != nil {
		return err
	}
	if err := a.commit(ctx, h, &keyfile.Keyring{Generation: memory.Generation + 1}, nil, a.cover(nil)); err != nil {
		if !exists(path) {
			m.remove(h)
		}
		return err
	}
	if f, err := a.access.Load(path, nil); err == nil {
		m.sum = f.Sum
		a.made.Store(m)
	}
	return nil
}
