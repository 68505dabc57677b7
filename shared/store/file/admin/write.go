package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"rekey/shared/folder"
	"rekey/shared/store/file/internal/keyfile"
)

// disk is the part of the file system that changes something; tests make it
// fail, and look at the order of what it is asked.
type disk struct {
	create func(d *folder.Folder, prefix string, like fs.FileInfo, mode fs.FileMode) (name string, f *os.File,
		err error)
	write  func(*os.File, []byte) error
	sync   func(*os.File) error
	rename func(d *folder.Folder, from, to string) error
	link   func(d *folder.Folder, from, to string) error
	remove func(d *folder.Folder, name string) error
}

var realDisk = disk{
	create: (*folder.Folder).CreateTemp,
	write:  func(f *os.File, b []byte) error { _, err := f.Write(b); return err },
	sync:   (*os.File).Sync,
	rename: (*folder.Folder).Rename,
	link:   (*folder.Folder).Link,
	remove: (*folder.Folder).Remove,
}

// replace puts data in the place of the keyring, all or nothing: a temporary
// file beside it (mode 0600, the owner of like), its bytes on the disk, the
// rename, the folder on the disk. What writers before left behind goes.
//
// The memory of the generation is renamed once the keyring is on the disk: one
// that is ahead would refuse the keyring. That it may be one behind after a
// power failure does no harm. Everything that may fail of it comes before.
func (d disk) replace(h *held, data, memory []byte, like fs.FileInfo, check func() error) error {
	d.sweep(h.dir, h.name)
	temp, err := d.writeTemp(h.dir, h.name+keyfile.MemorySuffix, memory, like, 0o644)
	if err != nil {
		return writeError(h.path(), err)
	}
	if err := d.place(h, h.name, data, like, check); err != nil {
		return join(err, d.remove(h.dir, temp))
	}
	if err := d.rename(h.dir, temp, h.name+keyfile.MemorySuffix); err != nil {
		return fmt.Errorf("keyring %s: the change is made, but its generation is not remembered: %w", h.path(), err)
	}
	return nil
}

// place is replace for one file of a name in the keyring's folder. The last
// that it does before the rename is to check that it may be.
func (d disk) place(h *held, to string, data []byte, like fs.FileInfo, check func() error) error {
	temp, err := d.writeTemp(h.dir, h.name, data, like, modeLike(like))
	if err != nil {
		return writeError(h.path(), err)
	}
	// Once before the rename as well: a folder that cannot be synced must be
	// found out while nothing has changed.
	err = localOnly(d.sync(h.dir.File()))
	if err == nil {
		err = check()
	}
	if err == nil {
		err = d.rename(h.dir, temp, to)
	}
	if err != nil {
		return writeError(h.path(), join(err, d.remove(h.dir, temp)))
	}
	if err := localOnly(d.sync(h.dir.File())); err != nil {
		return fmt.Errorf("keyring %s: the change is made, but the disk does not confirm that it would survive a "+
			"power failure: %w: check the disk and look at the key", h.path(), err)
	}
	return nil
}

// modeLike is for the owner, and for the group if what is replaced was.
func modeLike(like fs.FileInfo) fs.FileMode {
	if like == nil {
		return 0o600
	}
	return 0o600 | like.Mode().Perm()&0o060
}

// join is errors.Join of an error that there is.
func join(err, other error) error {
	if other == nil {
		return err
	}
	return errors.Join(err, other)
}

// writeTemp returns the name of a temporary file with the data in it, or
// leaves none. Its name tells anyone who finds it after a crash what it was.
func (d disk) writeTemp(dir *folder.Folder, of string, data []byte, like fs.FileInfo, mode fs.FileMode) (string,
	error) {
	name, f, err := d.create(dir, of+tempMark, like, mode)
	if err != nil {
		return "", err
	}
	if err := errors.Join(d.fill(f, data), f.Close()); err != nil {
		return "", join(err, d.remove(dir, name))
	}
	return name, nil
}

func (d disk) fill(f *os.File, data []byte) error {
	if err := d.write(f, data); err != nil {
		return err
	}
	return localOnly(d.sync(f))
}

// localOnly says of a lock or a sync that the file system has none, as some
// that are reached over a network or made by a program.
func localOnly(err error) error {
	for _, lacking := range []error{syscall.ENOLCK, syscall.EOPNOTSUPP, syscall.ENOTSUP, syscall.ENOSYS, syscall.EBADF,
		syscall.EINVAL} {
		if errors.Is(err, lacking) {
			return fmt.Errorf("%w: this file system cannot lock or sync a file: use a local disk", err)
		}
	}
	return err
}

// writeError says which keyring could not be changed, and what to do about
// the common reasons.
func writeError(path string, err error) error { return &unwritten{path, "unchanged", err} }

type unwritten struct {
	path, is string
	err      error
}

func (u *unwritten) Error() string {
	return fmt.Sprintf("keyring %s is %s: %v%s", u.path, u.is, u.err, remedy(u.err))
}

func (u *unwritten) Unwrap() error { return u.err }

// notMade says of a keyring that was not there, and is not there now, that
// there is none.
func notMade(err error) error {
	if u := (*unwritten)(nil); errors.As(err, &u) {
		u.is = "not made"
	}
	return err
}

func remedy(err error) string {
	switch {
	case errors.Is(err, syscall.EROFS):
		return ": mount the disk so that it can be written"
	case errors.Is(err, fs.ErrPermission):
		return ": run rekey as the owner of the file, with the right to write to its folder"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ": make room on the disk"
	}
	return ""
}
