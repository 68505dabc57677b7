package crypto

import (
	"bytes"
	"context"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
)

func decrypt(s *cli.Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "decrypt",
		Short: "Decrypt what encrypt, reencrypt or datakey made",
		Long: `Decrypt a ciphertext from standard input, with the key and the version that it
names itself, and write the plaintext to standard output. --key says which key
it must be of. It may be the bytes, or anything in which inspect finds them.`,
		Example: `  rekey decrypt --in letter.rky
  rekey decrypt --aad customer=42 < secret.txt`,
		SuggestFor: []string{"dec", "open", "unseal"},
	}
	f := newCommand(s, c)
	c.Flag("key").Usage += " (default: the one that the ciphertext names)"
	f.inFlag(c)
	f.aad.declare(c, "", "the additional authenticated data given to encrypt")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.decrypt(c.Context()) }
	return c
}

func (f *command) decrypt(ctx context.Context) error {
	s, ids, aad, err := f.begin(ctx)
	if err != nil {
		return err
	}
	sealed, err := f.sealed()
	if err != nil {
		return err
	}
	r, err := opened(sealed, func(blob []byte) (*api.DecryptResponse, error) {
		id, err := f.opener(ids, 0, blob)
		if err != nil {
			return nil, err
		}
		return s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: id, AADContext: aad, Ciphertext: blob})
	})
	if err != nil {
		return err
	}
	switch to := f.output(); {
	case f.json:
		return writeJSON(to, r)
	case to.IsTerminal() && !isText(r.Plaintext):
		return exit.Usagef("the plaintext is binary and would garble the terminal: add --out FILE")
	default:
		return to.Write(r.Plaintext)
	}
}

// isText reports whether a terminal shows all of it, and does nothing else.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(b, func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.In(r, unicode.Bidi_Control)
	})
}
