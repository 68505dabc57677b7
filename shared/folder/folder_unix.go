//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// open goes down to the folder step by step as root, who might be led astray
// at each of them; anybody else can do only what they may.
func open(path string, missing bool) (*Folder, error) {
	if os.Geteuid() == 0 {
		return walk(path, missing)
	}
	if missing {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	return openPlain(path)
}

func openPlain(path string) (*Folder, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return &Folder{f}, nil
}

func walk(path string, missing bool) (*Folder, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	at, err := openat(unix.AT_FDCWD, "/", search)
	for _, name := range strings.FieldsFunc(abs, func(c rune) bool { return c == '/' }) {
		if err != nil {
			break
		}
		at, err = step(at, name, missing)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(at)
	fd, err := openat(at, ".", unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return &Folder{os.NewFile(uintptr(fd), path)}, nil
}

// step goes from an open folder, which it closes, into one in it.
func step(at int, name string, missing bool) (int, error) {
	defer unix.Close(at)
	next, err := openat(at, name, search|unix.O_NOFOLLOW)
	if !missing || !errors.Is(err, unix.ENOENT) {
		return next, err
	}
	if err := unix.Mkdirat(at, name, 0o700); err != nil && !errors.Is(err, unix.EEXIST) {
		return -1, err
	}
	return openat(at, name, search|unix.O_NOFOLLOW)
}

func openat(at int, name string, flag int) (fd int, err error) {
	for {
		fd, err = unix.Openat(at, name, flag|unix.O_CLOEXEC, 0o600)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

func (d *Folder) at() int { return int(d.file.Fd()) }

func (d *Folder) pathError(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: d.Path(name), Err: err}
}

// Lstat says what has a name; if nothing has it the error wraps
// fs.ErrNotExist.
func (d *Folder) Lstat(name string) (Entry, error) {
	var st unix.Stat_t
	err := unix.Fstatat(d.at(), name, &st, unix.AT_SYMLINK_NOFOLLOW)
	return newEntry(&st), d.pathError("lstat", name, err)
}

func newEntry(st *unix.Stat_t) Entry {
	kind := uint32(st.Mode) & unix.S_IFMT
	return Entry{
		Regular: kind == unix.S_IFREG, Link: kind == unix.S_IFLNK,
		Names: int(st.Nlink), Owner: int(st.Uid), Size: st.Size,
		device: uint64(st.Dev), inode: uint64(st.Ino),
	}
}

// Owner is the uid of the folder's owner.
func (d *Folder) Owner() (int, error) {
	e, err := d.Lstat(".")
	return e.Owner, err
}

func (d *Folder) create(name string) (*os.File, error) {
	fd, err := openat(d.at(), name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW)
	if err != nil {
		return nil, d.pathError("create", name, err)
	}
	return os.NewFile(uintptr(fd), d.Path(name)), nil
}

func (d *Folder) openFile(name string, flag int) (*os.File, Entry, error) {
	fd, err := openat(d.at(), name, flag|unix.O_NOFOLLOW|unix.O_NONBLOCK)
	if err != nil {
		return nil, Entry{}, d.pathError("open", name, err)
	}
	f := os.NewFile(uintptr(fd), d.Path(name))
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, Entry{}, errors.Join(d.pathError("stat", name, err), f.Close())
	}
	return f, newEntry(&st), nil
}

// Rename gives a file another name, and takes that from what had it.
func (d *Folder) Rename(from, to string) error {
	err := unix.Renameat(d.at(), from, d.at(), to)
	if errors.Is(err, unix.EBUSY) { // what docker run -v FILE:FILE makes, and a Kubernetes subPath
		err = fmt.Errorf("%w: the file itself is a mount, and cannot be replaced: mount its folder instead", err)
	}
	return d.pathError("rename", to, err)
}

// Link gives a file a second name, which nothing may have yet.
func (d *Folder) Link(from, to string) error {
	return d.pathError("link", to, unix.Linkat(d.at(), from, d.at(), to, 0))
}

// Remove takes a name away, which is none of a folder.
func (d *Folder) Remove(name string) error {
	return d.pathError("remove", name, unix.Unlinkat(d.at(), name, 0))
}

// setOwnerAndMode gives a new file its owner and mode. A group that cannot be
// set is an error only if the mode gives it something.
func setOwnerAndMode(f *os.File, like fs.FileInfo, mode fs.FileMode) error {
	if like != nil {
		have, err := f.Stat()
		if err != nil {
			return err
		}
		is, want := have.Sys().(*syscall.Stat_t), like.Sys().(*syscall.Stat_t)
		if is.Uid != want.Uid || is.Gid != want.Gid {
			err := f.Chown(int(want.Uid), int(want.Gid))
			if err != nil && (is.Uid != want.Uid || mode&0o070 != 0) {
				return err
			}
		}
	}
	if mode != 0o600 {
		return f.Chmod(mode)
	}
	return nil
}
