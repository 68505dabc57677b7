//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

func open(path string, missing bool) (*Folder, error) {
	if missing {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &Folder{f}, nil
}

// Resolve returns where a path leads; the end of it may not be there yet.
func Resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	to, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return abs, nil
	}
	return to, err
}

// Lstat says what has a name.
func (d *Folder) Lstat(name string) (Entry, error) {
	info, err := os.Lstat(d.Path(name))
	if err != nil {
		return Entry{}, err
	}
	return Entry{Regular: info.Mode().IsRegular(), Link: info.Mode()&fs.ModeSymlink != 0, Names: 1, Size: info.Size()}, nil
}

// Owner is not known here.
func (d *Folder) Owner() (int, error) { return 0, nil }

func (d *Folder) create(name string) (*os.File, error) {
	return os.OpenFile(d.Path(name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

func (d *Folder) openFile(name string, flag int) (*os.File, Entry, error) {
	e, err := d.Lstat(name)
	if err != nil {
		return nil, e, err
	}
	f, err := os.OpenFile(d.Path(name), flag, 0)
	return f, e, err
}

// Rename gives a file another name, and takes that from what had it.
func (d *Folder) Rename(from, to string) error { return os.Rename(d.Path(from), d.Path(to)) }

// Link gives a file a second name, which nothing may have yet.
func (d *Folder) Link(from, to string) error { return os.Link(d.Path(from), d.Path(to)) }

// Remove takes a name away.
func (d *Folder) Remove(name string) error { return os.Remove(d.Path(name)) }

func dress(*os.File, fs.FileInfo, fs.FileMode) error { return nil }
