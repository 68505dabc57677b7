package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/rest"
)

// output is where a command writes to: --out, or standard output.
type output struct {
	app    *app
	path   string
	base64 bool // --base64: ciphertexts are text
}

// writeCiphertext writes raw bytes or base64.
func (o *output) writeCiphertext(b []byte) error {
	if o.base64 {
		return o.write(append(base64.StdEncoding.AppendEncode(nil, b), '\n'))
	}
	if o.isStdout() && isTerminal(o.app.out.Stream) {
		return usagef("the ciphertext is binary and would garble the terminal: add --base64 or --out FILE")
	}
	return o.write(b)
}

// writeJSON writes a response as the API spells it, and a line break.
func (o *output) writeJSON(response any) error {
	return o.write(append(rest.EncodeResponse(response), '\n'))
}

func (o *output) isStdout() bool { return o.path == "" || o.path == "-" }

func (o *output) write(b []byte) error {
	if o.isStdout() {
		_, err := o.app.out.Write(b)
		return err
	}
	f, err := stage(o.path, b)
	if err != nil {
		return err
	}
	return f.commit()
}

// staged is a file that waits beside the one it replaces: that is replaced
// whole or not at all. What is no regular file, such as /dev/null or a pipe,
// is written into.
type staged struct {
	path, temp string
	data       []byte // for what is no regular file
}

func stage(path string, b []byte) (*staged, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return stageDevice(path, info.IsDir(), b)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return nil, writeError(path, err)
	}
	s := &staged{path: path, temp: temp.Name()}
	_, err = temp.Write(b)
	if errClose := temp.Close(); err == nil {
		err = errClose
	}
	if err != nil {
		s.discard()
		return nil, writeError(path, err)
	}
	return s, nil
}

func stageDevice(path string, isDir bool, b []byte) (*staged, error) {
	if isDir {
		return nil, writeError(path, errors.New("it is a folder"))
	}
	return &staged{path: path, data: b}, nil
}

// commit puts the file in its place.
func (s *staged) commit() error {
	if s.temp == "" {
		return writeError(s.path, os.WriteFile(s.path, s.data, 0o600))
	}
	err := os.Rename(s.temp, s.path)
	if err != nil {
		s.discard()
	}
	return writeError(s.path, err)
}

// discard leaves no trace.
func (s *staged) discard() {
	if s.temp != "" {
		os.Remove(s.temp)
	}
}

// writeError names the file and not the temporary one beside it.
func writeError(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing %s: %w", path, plainError(err))
}

// plainError is a path error without the path.
func plainError(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
