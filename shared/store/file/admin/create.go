package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rekey/shared/store/file/internal/keyfile"
)

// createPatience is how long Open waits for another process that makes the
// same file, which takes milliseconds.
const createPatience = 10 * time.Second

// create makes the file if there is none: generation 1, no keys. Whatever is
// there already stays.
func (a *Admin) create() error {
	if _, err := os.Lstat(a.path); !errors.Is(err, fs.ErrNotExist) {
		return nil // reading it will tell what it is, a dangling link too
	}
	path, err := a.makeFolder()
	if err != nil {
		return err
	}
	return a.createAt(path)
}

// makeFolder makes the folder of a keyring that is not there, and returns the
// keyring's path without symbolic links.
func (a *Admin) makeFolder() (string, error) {
	dir := filepath.Dir(a.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making the folder of keyring %s: %w", a.path, err)
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("keyring %s: %w", a.path, err)
	}
	return filepath.Join(dir, filepath.Base(a.path)), nil
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

func (a *Admin) createAt(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), createPatience)
	defer cancel()
	held, err := lock(ctx, path, nil)
	if err != nil {
		return err
	}
	defer held.Close()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else was faster
	}
	return a.commit(ctx, path, &keyfile.Keyring{Generation: 1}, nil, a.cover(nil))
}
