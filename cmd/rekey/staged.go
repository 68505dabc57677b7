package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/folder"
)

// staged is data on its way to where it is written.
type staged interface {
	commit() error
	discard() error // leaves no trace
}

func (o *output) stage(b []byte) (staged, error) {
	t, err := o.check()
	switch {
	case err != nil:
		return nil, err
	case t.fd == 1:
		return &stream{t, o.app.out, b}, nil
	case !t.replaceable():
		return &stream{t, nil, b}, nil
	}
	n := &newFile{target: t, new: o.new}
	if err := n.begin(b); err != nil {
		return nil, writeError(o.path, err)
	}
	return n, nil
}

// newFile is a file that waits beside the one it replaces, so that there is the
// old one or the new one, whole. Other names of that one keep what it was.
type newFile struct {
	target
	dir  *folder.Folder
	temp string // in dir
	gone func() // temp has got its name, or is removed
	new  bool   // nothing is replaced
}

func (n *newFile) begin(b []byte) (err error) {
	if n.dir, err = folder.Open(filepath.Dir(n.real)); err != nil {
		return err
	}
	if err = n.fill(b); err != nil {
		n.dir.Close()
	}
	return err
}

// fill makes the file that waits, with the owner and the mode of what it will
// replace.
func (n *newFile) fill(b []byte) error {
	like, err := n.replaced()
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o600)
	if like != nil {
		mode = like.Mode().Perm()
	}
	temp, f, err := n.dir.CreateTemp(".rekey-out-", like, mode)
	if err != nil {
		return ownerError(like, err)
	}
	n.temp, n.gone = temp, leaving(func() { n.dir.Remove(temp) })
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		defer n.gone()
		return errors.Join(err, n.dir.Remove(temp))
	}
	return nil
}

// replaced is the file in whose place the new one comes, if the user may write
// it; a rename would not ask.
func (n *newFile) replaced() (fs.FileInfo, error) {
	f, e, err := n.dir.OpenFile(filepath.Base(n.real), os.O_WRONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if planted(n.dir, e) {
		return nil, errPlanted
	}
	return f.Stat()
}

// planted reports whether something in a folder like /tmp belongs neither to
// this user nor to the folder's owner: whoever put it there would read what is
// written, as the file keeps its owner.
func planted(d *folder.Folder, e folder.Entry) bool {
	info, err := d.File().Stat()
	if err != nil || info.Mode()&fs.ModeSticky == 0 || info.Mode()&0o022 == 0 {
		return false
	}
	owner, err := d.Owner()
	return err != nil || e.Owner != os.Geteuid() && e.Owner != owner
}

var errPlanted = errors.New("somebody else has put it into a folder that everybody can write: name another file")

// ownerError says why a file could not be made that was to be like another.
func ownerError(like fs.FileInfo, err error) error {
	if like != nil && errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("a file is replaced if its folder can be written and its owner and group be kept: name another file: %w", plainError(err))
	}
	return err
}

// commit puts the file in its place.
func (n *newFile) commit() error {
	defer n.gone()
	if err := n.settle(); err != nil {
		return errors.Join(err, n.discard())
	}
	return n.dir.Close()
}

// settle gives the file its name. A rename would replace what has come
// meanwhile; only a link refuses to. Some file systems (FAT) have no links.
func (n *newFile) settle() error {
	name := filepath.Base(n.real)
	if n.new {
		err := n.dir.Link(n.temp, name)
		switch {
		case err == nil:
			return n.dir.Remove(n.temp)
		case errors.Is(err, fs.ErrExist):
			return existsError(n.path)
		}
	}
	return writeError(n.path, n.dir.Rename(n.temp, name))
}

func (n *newFile) discard() error {
	defer n.gone()
	return errors.Join(n.dir.Remove(n.temp), n.dir.Close())
}
