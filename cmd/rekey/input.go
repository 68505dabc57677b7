package main

import (
	"fmt"
	"io"
	"os"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/api"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
)

// input is where a command reads from: --in, or standard input.
type input struct {
	app     *app
	setting string // what names the path
	path    string
	base64  bool // --base64: ciphertexts are text
}

// plaintext reads what is to be encrypted.
func (in *input) plaintext() ([]byte, error) {
	b, err := in.read(api.MaxPlaintext)
	switch {
	case err != nil:
		return nil, err
	case len(b) == 0:
		return nil, fmt.Errorf("%w: the input is empty: there is nothing to encrypt", keyadmin.ErrInvalid)
	case len(b) > api.MaxPlaintext:
		return nil, fmt.Errorf("%w: the input is over %d bytes, more than one call encrypts: make a data key with "+
			"`rekey datakey` and encrypt with that, as docs/envelope.md shows",
			keyadmin.ErrInvalid, api.MaxPlaintext)
	}
	return b, nil
}

// read reads at most one byte more than most.
func (in *input) read(most int) ([]byte, error) {
	if in.path != "" && in.path != "-" {
		return readFile("the input", in.setting, in.path, most)
	}
	if terminal.Is(in.app.in) {
		fmt.Fprintln(in.app.err, "rekey: reading standard input; Ctrl-D ends it")
	}
	b, err := readMost(in.app.in, most)
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	return b, nil
}

// read reads the value of the flag or of its file.
func (t *text) read(flag string) ([]byte, error) {
	if t.file == "" {
		return []byte(t.value), nil
	}
	b, err := readFile(flag, flag, t.file, api.MaxAAD)
	if len(b) > api.MaxAAD {
		return nil, fmt.Errorf("%w: %s %s is over %d bytes, the limit of AAD", keyadmin.ErrInvalid, flag, t.file,
			api.MaxAAD)
	}
	return b, err
}

// readFile reads a file, which a setting names, up to one byte more than most.
func readFile(what, setting, path string, most int) ([]byte, error) {
	if err := config.CheckInput(setting, path); err != nil {
		return nil, exit.Setting(err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	defer file.Close()
	b, err := readMost(file, most)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return b, nil
}

func readMost(r io.Reader, most int) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, int64(most)+1))
}
