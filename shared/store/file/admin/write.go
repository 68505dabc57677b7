package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// disk is the part of the file system that may fail while a file is written;
// tests make it fail.
type disk struct {
	write  func(*os.File, []byte) error
	sync   func(*os.File) error
	rename func(from, to string) error
}

var realDisk = disk{
	write:  func(f *os.File, b []byte) error { _, err := f.Write(b); return err },
	sync:   (*os.File).Sync,
	rename: os.Rename,
}

// replace puts data in the place of the file at path, all or nothing: a
// temporary file beside it (mode 0600, the owner of like), its bytes on the
// disk, the rename, the folder on the disk. The caller has the lock.
func (d disk) replace(path string, data []byte, like fs.FileInfo) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return writeError(path, err)
	}
	defer folder.Close()
	temp, err := d.writeTemp(path, data, like)
	if err != nil {
		return writeError(path, err)
	}
	// Once before the rename as well: a folder that cannot be synced must be
	// found out while nothing has changed.
	if err := d.sync(folder); err != nil {
		return writeError(path, errors.Join(err, os.Remove(temp)))
	}
	if err := d.rename(temp, path); err != nil {
		return writeError(path, errors.Join(err, os.Remove(temp)))
	}
	if err := d.sync(folder); err != nil {
		return fmt.Errorf("keyring %s: the change is made, but the disk does not confirm that it would survive a power failure: %w: check the disk and look at the key", path, err)
	}
	return nil
}

// writeTemp returns the name of a temporary file with the data in it, or
// leaves none. Its name tells whoever finds it after a crash what it was.
func (d disk) writeTemp(path string, data []byte, like fs.FileInfo) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp-*") // mode 0600
	if err != nil {
		return "", err
	}
	err = errors.Join(keepOwner(f, like), d.fill(f, data), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func (d disk) fill(f *os.File, data []byte) error {
	if err := d.write(f, data); err != nil {
		return err
	}
	return d.sync(f)
}

// writeError says which keyring could not be changed, and what to do about
// the common reasons.
func writeError(path string, err error) error {
	remedy := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		remedy = ": run rekey as the owner of the file, with the right to write to its folder"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		remedy = ": make room on the disk"
	}
	return fmt.Errorf("keyring %s is unchanged: %w%s", path, err, remedy)
}
