package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// disk is the part of the file system that changes something; tests make it
// fail, and look at the order of what it is asked.
type disk struct {
	create func(dir, pattern string) (*os.File, error)
	write  func(*os.File, []byte) error
	sync   func(*os.File) error
	rename func(from, to string) error
	link   func(from, to string) error
	remove func(name string) error
}

var realDisk = disk{
	create: os.CreateTemp, // mode 0600
	write:  func(f *os.File, b []byte) error { _, err := f.Write(b); return err },
	sync:   (*os.File).Sync,
	rename: os.Rename,
	link:   os.Link,
	remove: os.Remove,
}

// replace puts data in the place of the file at path, all or nothing: a
// temporary file beside it (mode 0600, the owner of like), its bytes on the
// disk, the rename, the folder on the disk. The caller has the lock of the
// keyring at path, and what writers before left behind goes.
func (d disk) replace(path string, data []byte, like fs.FileInfo) error {
	d.sweep(path)
	return d.place(path, path, data, like)
}

// place is replace for the file at path, which may be another one than the
// keyring whose lock the caller has.
func (d disk) place(keyring, path string, data []byte, like fs.FileInfo) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return writeError(keyring, err)
	}
	defer folder.Close()
	temp, err := d.writeTemp(keyring, data, like)
	if err != nil {
		return writeError(keyring, err)
	}
	// Once before the rename as well: a folder that cannot be synced must be
	// found out while nothing has changed.
	if err := d.sync(folder); err != nil {
		return writeError(keyring, errors.Join(err, d.remove(temp)))
	}
	if err := d.rename(temp, path); err != nil {
		return writeError(keyring, errors.Join(err, d.remove(temp)))
	}
	if err := d.sync(folder); err != nil {
		return fmt.Errorf("keyring %s: the change is made, but the disk does not confirm that it would survive a power failure: %w: check the disk and look at the key", path, err)
	}
	return nil
}

// writeTemp returns the name of a temporary file with the data in it, or
// leaves none. Its name tells whoever finds it after a crash what it was.
func (d disk) writeTemp(path string, data []byte, like fs.FileInfo) (string, error) {
	f, err := d.create(filepath.Dir(path), filepath.Base(path)+tempMark+"*")
	if err != nil {
		return "", err
	}
	err = errors.Join(keepOwner(f, like), d.fill(f, data), f.Close())
	if err != nil {
		return "", errors.Join(err, d.remove(f.Name()))
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
	return fmt.Errorf("keyring %s is unchanged: %w%s", path, err, remedy(err))
}

func remedy(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ": run rekey as the owner of the file, with the right to write to its folder"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ": make room on the disk"
	}
	return ""
}
