package keys

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/message"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/aead"
	"rekey/shared/keyadmin"
)

// readMaterial reads 32 bytes in the form that the caller states: a guess
// could take the text of a key for the key.
func (g *group) readMaterial(format string) ([]byte, error) {
	text, err := g.materialText(format)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	if len(text) > maxMaterialText {
		return nil, fmt.Errorf("%w: standard input is over %d bytes, more than any material", keyadmin.ErrInvalid,
			maxMaterialText)
	}
	if format != "raw" {
		text = bytes.TrimPrefix(text, []byte("\ufeff")) // of an editor
	}
	material, err := materialFormats[format](text)
	if err != nil && format != "raw" {
		err = cmp.Or(wrapping(text), err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: standard input: %w", keyadmin.ErrInvalid, err)
	}
	return material, nil
}

// wrapping says what is around the text of a material, or nil. It repeats
// nothing of it.
func wrapping(text []byte) error {
	text = bytes.TrimSpace(text)
	switch {
	case bytes.IndexByte(text, 0) >= 0:
		return errors.New("it is UTF-16 text, as PowerShell's > writes it: save it as UTF-8")
	case bytes.HasPrefix(text, []byte("{")):
		return errors.New("it is JSON: give the material only")
	case bytes.HasPrefix(text, []byte("-----BEGIN ")):
		return errors.New("it is PEM, which holds other kinds of keys: give 32 random bytes")
	case bytes.HasPrefix(text, []byte{'"'}), bytes.HasPrefix(text, []byte{'\''}):
		return errors.New("it has quotes around it: give the material without them")
	}
	return nil
}

// maxMaterialText is the most bytes of material in any format, with line breaks.
const maxMaterialText = 1024

// materialText reads standard input; at a terminal a line, which is not shown.
func (g *group) materialText(format string) ([]byte, error) {
	tty, ok := g.In.(*os.File)
	if !ok || !term.IsTerminal(int(tty.Fd())) {
		return message.ReadMost("the material", g.In, maxMaterialText)
	}
	if format == "raw" {
		return nil, exit.Usagef("raw bytes cannot be typed: give them on standard input from a file or a pipe, or as " +
			"base64 or hex")
	}
	fmt.Fprintf(g.Err, "rekey: type the material in %s and Enter; it is not shown: ", format)
	text, err := terminal.ReadSecret(int(tty.Fd()))
	fmt.Fprintln(g.Err)
	switch {
	case errors.Is(err, terminal.ErrInterrupted):
		return nil, exit.With(exit.Status(err), errors.New("interrupted: nothing is imported"))
	case err != nil && err != io.EOF:
		return nil, fmt.Errorf("reading the material from the terminal: %w", err)
	}
	return text, nil
}

// materialFormats decode material. Their errors never repeat it.
var materialFormats = map[string]func(text []byte) ([]byte, error){
	"raw": func(text []byte) ([]byte, error) { return bytes.Clone(text), aead.CheckRaw(text) },
	"base64": func(text []byte) ([]byte, error) {
		text = bytes.TrimSpace(text)
		material := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		n, err := base64.StdEncoding.Strict().Decode(material, text)
		return decoded(material[:n], err, "is not padded base64")
	},
	"hex": func(text []byte) ([]byte, error) {
		text = bytes.TrimSpace(text)
		material := make([]byte, hex.DecodedLen(len(text)))
		n, err := hex.Decode(material, text)
		return decoded(material[:n], err, "is not hex")
	},
}

func decoded(material []byte, err error, not string) ([]byte, error) {
	switch {
	case err != nil:
		clear(material)
		return nil, fmt.Errorf("material %s", not)
	case len(material) != aead.MaterialSize:
		clear(material)
		return nil, fmt.Errorf("material is %d bytes long, want %d", len(material), aead.MaterialSize)
	case bytes.Count(material, material[:1]) == len(material):
		return nil, errors.New("material is one byte repeated, not a random key")
	}
	return material, nil
}
