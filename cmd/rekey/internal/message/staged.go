package message

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"rekey/cmd/rekey/internal/process"
	"rekey/shared/folder"
)

// Staged is data on its way to where it is written.
type Staged interface {
	Commit() error
	Discard() error // leaves no trace
}

// Stage prepares all that can fail of a write.
func (o Output) Stage(b []byte) (Staged, error) {
	t, err := o.Check()
	switch {
	case err != nil:
		return nil, err
	case t.fd == 1:
		return &stream{t, o.Stdout, b}, nil
	case !t.replaceable():
		return &stream{t, nil, b}, nil
	}
	n := &newFile{Target: t, new: o.New}
	if err := n.begin(b); err != nil {
		return nil, writeError(o.Path, err)
	}
	return n, nil
}

// newFile is a file that waits beside the one it replaces, so that there is the
// old one or the new one, whole. Other names of that one keep what it was.
type newFile struct {
	Target
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
	like, err := n.dir.Replaced(filepath.Base(n.real))
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
	n.temp, n.gone = temp, process.Leaving(func() { n.dir.Remove(temp) })
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		defer n.gone()
		return errors.Join(err, n.dir.Remove(temp))
	}
	return nil
}

// ownerError says why a file could not be made that was to be like another.
func ownerError(like fs.FileInfo, err error) error {
	if like != nil && errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("a file is replaced if its folder can be written and its owner and group be kept: name "+
			"another file: %w", plainError(err))
	}
	return err
}

// Commit puts the file in its place.
func (n *newFile) Commit() error {
	defer n.gone()
	if err := n.install(); err != nil {
		return errors.Join(err, n.Discard())
	}
	return n.dir.Close()
}

// install gives the file its name. A rename would replace what has come
// meanwhile; only a link refuses to. Some file systems (FAT) have no links.
func (n *newFile) install() error {
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

func (n *newFile) Discard() error {
	defer n.gone()
	return errors.Join(n.dir.Remove(n.temp), n.dir.Close())
}
