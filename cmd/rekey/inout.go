package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
)

// inout reads the input of a command and writes its output: raw bytes, or
// base64 on the ciphertext's side. Nothing is written until all is known to
// have succeeded.
type inout struct {
	app     *app
	in, out string // --in, --out
	base64  bool   // --base64
}

func (f *inout) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.in, "in", "", "read `FILE` instead of standard input")
	c.Flags().StringVar(&f.out, "out", "", "write `FILE` instead of standard output, mode 0600")
	c.Flags().BoolVar(&f.base64, "base64", false, "ciphertexts are base64 text")
	f.app.keyringFlag(c)
	f.app.jsonFlag(c)
}

// plaintext reads what is to be encrypted.
func (f *inout) plaintext() ([]byte, error) {
	b, err := f.read(api.MaxPlaintext)
	switch {
	case err != nil:
		return nil, err
	case len(b) == 0:
		return nil, fmt.Errorf("%w: the input is empty: there is nothing to encrypt", keyadmin.ErrInvalid)
	case len(b) > api.MaxPlaintext:
		return nil, fmt.Errorf("%w: the input is over %d bytes, more than one call encrypts: make a data key with `rekey datakey` and encrypt with that, as docs/envelope.md shows",
			keyadmin.ErrInvalid, api.MaxPlaintext)
	}
	return b, nil
}

// ciphertext reads what is to be decrypted.
func (f *inout) ciphertext() ([]byte, error) {
	most := ciphertext.MaxSize
	if f.base64 {
		most *= 2 // room for line breaks
	}
	b, err := f.read(most)
	switch {
	case err != nil:
		return nil, err
	case len(b) == 0:
		return nil, fmt.Errorf("%w: the input is empty: there is nothing to decrypt", keyadmin.ErrInvalid)
	case len(b) > most:
		return nil, fmt.Errorf("%w: the input is over %d bytes, more than any ciphertext", keyadmin.ErrInvalid, most)
	case f.base64:
		b, err = rest.DecodeBase64(bytes.TrimSpace(b))
		if err != nil {
			return nil, fmt.Errorf("%w: the input %w: leave out --base64 if it is raw bytes", keyadmin.ErrInvalid, err)
		}
	}
	return b, nil
}

// read reads at most one byte more than most.
func (f *inout) read(most int) ([]byte, error) {
	in := f.app.in
	switch {
	case f.in != "" && f.in != "-":
		file, err := os.Open(f.in)
		if err != nil {
			return nil, fmt.Errorf("reading the input: %w", err)
		}
		defer file.Close()
		in = file
	case isTerminal(in):
		fmt.Fprintln(f.app.err, "rekey: reading standard input; Ctrl-D ends it")
	}
	b, err := io.ReadAll(io.LimitReader(in, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	return b, nil
}

// writeCiphertext writes raw bytes or base64; raw bytes not to a terminal.
func (f *inout) writeCiphertext(b []byte) error {
	if f.base64 {
		b = append(base64.StdEncoding.AppendEncode(nil, b), '\n')
	} else if f.toStdout() && isTerminal(f.app.out) {
		return usagef("the ciphertext is binary and would garble the terminal: add --base64 or --out FILE")
	}
	return f.write(b)
}

func (f *inout) toStdout() bool { return f.out == "" || f.out == "-" }

// write writes the whole output to where --out says.
func (f *inout) write(b []byte) error {
	if f.toStdout() {
		_, err := f.app.out.Write(b)
		return err
	}
	return writeFile(f.out, b)
}

// writeFile replaces a file whole or not at all. What is no regular file, such
// as /dev/null or a pipe, is written into.
func writeFile(path string, b []byte) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, b, 0o600)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(b)
	if errClose := tmp.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return err
}

// read reads the value of the flag or of its file.
func (t *text) read(flag string) ([]byte, error) {
	if t.file == "" {
		return []byte(t.value), nil
	}
	file, err := os.Open(t.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, api.MaxAAD+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", flag, err)
	case len(b) > api.MaxAAD:
		return nil, fmt.Errorf("%w: %s: the file is over %d bytes, the limit of AAD", keyadmin.ErrInvalid, flag, api.MaxAAD)
	}
	return b, nil
}

// isTerminal reports whether a stream is a person's terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&(fs.ModeDevice|fs.ModeCharDevice) == fs.ModeDevice|fs.ModeCharDevice && f.Name() != os.DevNull
}

// writeJSON writes a response as the API spells it, and a line break.
func (f *inout) writeJSON(response any) error {
	return f.write(append(rest.AppendResponse(nil, response), '\n'))
}
