package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
)

// output is where a command writes to: --out, or standard output.
type output struct {
	app    *app
	path   string
	base64 bool // --base64: ciphertexts are text
	replacing
}

// replacing is which files may not be replaced.
type replacing struct {
	new   bool     // none that exists
	never []string // not these: the keyring, and its passphrase
}

// writeCiphertext writes raw bytes or base64.
func (o *output) writeCiphertext(b []byte) error {
	if o.base64 {
		return o.write(append(base64.StdEncoding.AppendEncode(nil, b), '\n'))
	}
	if o.isTerminal() {
		return exit.Usagef("the ciphertext is binary and would garble the terminal: add --base64 or --out FILE")
	}
	return o.write(b)
}

// writePlaintext writes raw bytes, to a terminal only text.
func (o *output) writePlaintext(b []byte) error {
	if o.isTerminal() && !isText(b) {
		return exit.Usagef("the plaintext is binary and would garble the terminal: add --out FILE")
	}
	return o.write(b)
}

// isText reports whether a terminal shows all of it, and does nothing else.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(b, func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.In(r, unicode.Bidi_Control)
	})
}

// writeJSON writes a response as the API spells it, and a line break.
func (o *output) writeJSON(response any) error {
	return o.write(append(rest.EncodeResponse(response), '\n'))
}

// isTerminal reports whether it is a person's terminal.
func (o *output) isTerminal() bool {
	t, err := resolve(o.path)
	if err == nil && t.fd == 1 {
		return terminal.Is(o.app.out.Stream)
	}
	if err != nil || t.info == nil || t.info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	f, err := os.OpenFile(t.path, os.O_WRONLY, 0)
	if err != nil {
		return false // writing it will tell
	}
	defer f.Close()
	return term.IsTerminal(int(f.Fd()))
}

// check is stage without data.
func (o *output) check() (target, error) {
	if err := exit.Setting(config.CheckNew("the file to write", o.path)); err != nil {
		return target{}, err
	}
	t, err := resolve(o.path)
	if err != nil {
		return t, writeError(o.path, err)
	}
	return t, o.mayReplace(t)
}

func (o *output) write(b []byte) error {
	s, err := o.stage(b)
	if err != nil {
		return err
	}
	return s.commit()
}

// mayReplace refuses to lose a key.
func (r replacing) mayReplace(t target) error {
	if !t.replaceable() {
		return nil
	}
	for _, path := range r.never {
		if info, err := os.Stat(path); path == t.real || err == nil && t.info != nil && os.SameFile(info, t.info) {
			return fmt.Errorf("%w: %s is %s, which nothing else is written to: name another file", keyadmin.ErrInvalid,
				t.path, path)
		}
	}
	if r.new && t.info != nil {
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
