package crypto

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/api"
	"rekey/shared/key"
)

func encrypt(s *cli.Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "encrypt --key KEY",
		Short: "Encrypt up to 32 KiB",
		Long: `Encrypt up to 32 KiB from standard input with the primary version of a key, and
write the ciphertext to standard output. More than that takes a data key:
` + "`rekey datakey`" + ` and docs/envelope.md.`,
		Example: `  rekey encrypt --key orders --in letter.txt --out letter.rky
  echo secret | rekey encrypt --key orders --aad customer=42 --base64 > secret.txt`,
		SuggestFor: []string{"enc", "seal"},
	}
	f := newCommand(s, c)
	cli.Require(c, "key")
	f.inFlag(c)
	f.versionFlag(c)
	f.aad.declare(c, "", "additional authenticated data: decryption needs the same")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.encrypt(c.Context()) }
	return c
}

func (f *command) encrypt(ctx context.Context) error {
	s, ids, aad, err := f.begin(ctx)
	if err != nil {
		return err
	}
	plaintext, err := f.plaintext()
	if err != nil {
		return err
	}
	r, err := s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: ids[0], VersionID: key.VersionID(f.version),
		AADContext: aad, Plaintext: plaintext})
	if err != nil {
		return err
	}
	return f.answer(f.output(), r, r.Ciphertext)
}
