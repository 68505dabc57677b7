package message

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"rekey/shared/folder"
)

// stream is what is written into: a descriptor, at its position, or a pipe or a
// device.
type stream struct {
	Target
	to   io.Writer // of standard output
	data []byte
}

func (s *stream) Commit() error {
	if s.to != nil {
		_, err := s.to.Write(s.data)
		return err
	}
	f, err := s.open()
	if err != nil {
		return writeError(s.path, err)
	}
	_, err = f.Write(s.data)
	return writeError(s.path, errors.Join(err, f.Close()))
}

func (s *stream) Discard() error { return nil }

func (s *stream) open() (*os.File, error) {
	if s.fd >= 0 {
		return openDescriptor(s.fd)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(s.real, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !os.SameFile(info, s.info) {
		return nil, errors.Join(errors.New("something else has taken its place"), err, f.Close())
	}
	return f, nil
}

// check refuses a pipe that somebody else has put into /tmp.
func (s *stream) check() error {
	d, err := folder.Open(filepath.Dir(s.real))
	if err != nil {
		return err
	}
	defer d.Close()
	e, err := d.Lstat(filepath.Base(s.real))
	if err == nil && d.Planted(e) {
		err = folder.ErrPlanted
	}
	return err
}
