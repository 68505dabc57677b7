// Package folder makes, replaces and removes files in one folder for a program
// that cannot trust what else is put there, such as root in the folder of a
// service account: it works through a descriptor of the folder, so that nobody
// can put another one in its place meanwhile; it follows no links; and it gives
// an owner and a mode only to a file that it has just made.
//
// Start at Open, whose path Resolve makes of what a person has typed. Names are
// those of files in the folder, without separators.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	_ "rekey/shared/system"
)

// ErrIrregular: it is not a regular file.
var ErrIrregular = errors.New("not a regular file")

// Folder is an open folder.
type Folder struct{ file *os.File }

// Open opens a folder. As root it is one without symbolic links in its path.
func Open(path string) (*Folder, error) { return open(path, false) }

// Make is Open of a folder that is made, with those above it and with mode
// 0700, if it is not there.
func Make(path string) (*Folder, error) { return open(path, true) }

// Close closes the folder.
func (d *Folder) Close() error { return d.file.Close() }

// File is the folder as a file, to sync it.
func (d *Folder) File() *os.File { return d.file }

// Path is the path of a name in the folder, for messages.
func (d *Folder) Path(name string) string { return filepath.Join(d.file.Name(), name) }

// Create makes a file that is not there, to be written, with a mode, and with
// the owner of like unless that is nil. Without the right to give it away it
// fails and leaves nothing.
func (d *Folder) Create(name string, like fs.FileInfo, mode fs.FileMode) (*os.File, error) {
	f, err := d.create(name)
	if err != nil {
		return nil, err
	}
	if err := setOwnerAndMode(f, like, mode); err != nil {
		return nil, errors.Join(err, f.Close(), d.Remove(name))
	}
	return f, nil
}

// CreateTemp is Create for a name of the prefix and digits that nothing else
// has.
func (d *Folder) CreateTemp(prefix string, like fs.FileInfo, mode fs.FileMode) (name string, f *os.File, err error) {
	for {
		name = fmt.Sprint(prefix, rand.Uint32())
		if f, err = d.Create(name, like, mode); !errors.Is(err, fs.ErrExist) {
			return name, f, err
		}
	}
}

// OpenFile opens a regular file that is there, with flags such as os.O_RDWR.
// What is none, such as a link or a pipe, is ErrIrregular, and waits for nobody.
func (d *Folder) OpenFile(name string, flag int) (*os.File, Entry, error) {
	e, err := d.Lstat(name) // before: opening a device may do something
	if err == nil {
		err = d.checkRegular(name, e)
	}
	if err != nil {
		return nil, e, err
	}
	f, opened, err := d.openFile(name, flag)
	if err != nil {
		return nil, e, err
	}
	if err := d.checkRegular(name, opened); err != nil {
		return nil, opened, errors.Join(err, f.Close())
	}
	return f, opened, nil
}

func (d *Folder) checkRegular(name string, e Entry) error {
	switch {
	case e.Link:
		return fmt.Errorf("%s is %w but a symbolic link", d.Path(name), ErrIrregular)
	case !e.Regular:
		return fmt.Errorf("%s is %w", d.Path(name), ErrIrregular)
	}
	return nil
}

// Entry is what has a name in a folder; a link is itself.
type Entry struct {
	Regular, Link bool
	Names         int // how many it has: hard links
	Owner         int // its uid
	Size          int64
	device, inode uint64
}

// Same reports whether two entries are one file.
func (e Entry) Same(other Entry) bool { return e.device == other.device && e.inode == other.inode }
