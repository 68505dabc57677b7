package crypto

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
	"rekey/shared/key"
)

// reencryption is the command's own flags beside those of command.
type reencryption struct {
	*command
	sourceAAD text
	sourceKey string // --source-key
	drop      bool   // --drop-aad
}

func reencrypt(s *cli.Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "reencrypt --key NEW",
		Short: "Encrypt a ciphertext anew, with another key, version or AAD",
		Long: `Decrypt a ciphertext with the key that it names and encrypt what was in it with
the new key, or with the new primary version of the same key. --source-key says
which key it must be of. The plaintext is never shown. A result without AAD from
a source with AAD must be asked for with --drop-aad. The source key may be in
another store than the new one, or at a server: what the flags of --source- do
not say of it, the environment does, but its passphrase is not for
--source-keyring and its token not for --source-endpoint.`,
		Example: `  rekey reencrypt --key orders --in letter.rky --out letter.rky
  rekey reencrypt --key invoices --aad customer=42 --source-aad customer=42 --base64 --in secret.txt --out secret.txt
  rekey reencrypt --store lockbox --key payments --source-store file --source-key orders -i letter.rky -o letter.moved`,
		SuggestFor: []string{"re-encrypt", "rewrap"},
	}
	f := &reencryption{command: newCommand(s, c)}
	cli.Require(c, "key")
	f.inFlag(c)
	f.versionFlag(c)
	f.aad.declare(c, "", "the new additional authenticated data")
	f.from.declare(c)
	f.sourceAAD.declare(c, "source-", "the additional authenticated data given before")
	c.Flags().StringVar(&f.sourceKey, "source-key", "",
		"the `KEY` that made the ciphertext (default: the one that it names)")
	c.RegisterFlagCompletionFunc("source-key", f.completeSourceKey)
	c.Flags().BoolVar(&f.drop, "drop-aad", false, "let the result have no AAD although the source has one")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func (f *reencryption) run(ctx context.Context) error {
	aad, sourceAAD, err := f.readAADs()
	if err != nil {
		return err
	}
	s, ids, err := f.services(ctx, f.sourceKey)
	if err != nil {
		return err
	}
	sealed, err := f.sealed()
	if err != nil {
		return err
	}
	r, err := opened(sealed, func(blob []byte) (*api.ReEncryptResponse, error) {
		from, err := f.opener(ids, 1, blob)
		if err != nil {
			return nil, err
		}
		return s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: ids[0], VersionID: key.VersionID(f.version),
			AADContext: aad, SourceKeyID: from, SourceAADContext: sourceAAD, Ciphertext: blob})
	})
	if err != nil {
		return err
	}
	return f.answer(f.output(), r, r.Ciphertext)
}

// readAADs reads both, and asks for a word before one is lost.
func (f *reencryption) readAADs() (aad, sourceAAD []byte, err error) {
	if aad, err = f.aad.read("--aad-file"); err != nil {
		return nil, nil, err
	}
	if sourceAAD, err = f.sourceAAD.read("--source-aad-file"); err != nil {
		return nil, nil, err
	}
	drop := f.drop || f.aad.none
	switch {
	case drop && len(aad) > 0:
		return nil, nil, exit.Usagef("--drop-aad and --aad exclude each other")
	case !drop && len(aad) == 0 && len(sourceAAD) > 0:
		return nil, nil, exit.Usagef("the source has AAD and the result would have none: give --aad TEXT " +
			"(the same text keeps it), or --drop-aad if that is meant")
	}
	return aad, sourceAAD, nil
}
