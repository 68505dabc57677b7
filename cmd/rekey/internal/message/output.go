// Package message is where what is encrypted comes from, and where what is made
// of it goes: files, standard streams and other open descriptors. A file is
// written whole or not at all, and no key is lost under another.
package message

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/term"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/answer"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
)

// Output is where a command writes to.
type Output struct {
	Path   string // empty and - are standard output
	Stdout *answer.Writer
	New    bool     // no file that exists is replaced
	Never  []string // nor these: the keyring, and its passphrase
}

// IsTerminal reports whether it is a person's terminal.
func (o Output) IsTerminal() bool {
	t, err := resolve(o.Path)
	if err == nil && t.fd == 1 {
		return terminal.Is(o.Stdout.Stream)
	}
	if err != nil || t.info == nil || t.info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	f, err := os.OpenFile(t.path, os.O_WRONLY, 0)
	if err != nil {
		return false // writing it will show
	}
	defer f.Close()
	return term.IsTerminal(int(f.Fd()))
}

// Check is Stage without data.
func (o Output) Check() (Target, error) {
	if err := exit.Setting(config.CheckNew("the file to write", o.Path)); err != nil {
		return Target{}, err
	}
	t, err := resolve(o.Path)
	if err != nil {
		return t, writeError(o.Path, err)
	}
	return t, o.mayReplace(t)
}

// Write writes all of b.
func (o Output) Write(b []byte) error {
	s, err := o.Stage(b)
	if err != nil {
		return err
	}
	return s.Commit()
}

// CheckNever is Check only for the files that nothing is written to.
func (o Output) CheckNever() error {
	t, err := resolve(o.Path)
	if err != nil {
		return nil // writing it will show
	}
	return o.mayReplace(t)
}

// mayReplace refuses to lose a key.
func (o Output) mayReplace(t Target) error {
	if !t.replaceable() {
		return nil
	}
	for _, path := range o.Never {
		if info, err := os.Stat(path); path == t.real || err == nil && t.info != nil && os.SameFile(info, t.info) {
			return fmt.Errorf("%w: %s is %s, which nothing else is written to: name another file", keyadmin.ErrInvalid,
				t.path, path)
		}
	}
	if o.New && t.info != nil {
		return existsError(t.path)
	}
	return nil
}

func existsError(path string) error {
	return fmt.Errorf("%w: %s: what is in it may be the only copy of a key: name another file, or overwrite it with "+
		"--force", keyadmin.ErrExists, path)
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
