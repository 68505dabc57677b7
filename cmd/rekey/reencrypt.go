package main

import (
	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
	"rekey/shared/key"
)

func (a *app) reencrypt() *cobra.Command {
	var source text
	var sourceKey string
	var drop bool
	c := &cobra.Command{
		Use:   "reencrypt --key NEW",
		Short: "Encrypt a ciphertext anew, with another key, version or AAD",
		Long: `Decrypt a ciphertext with the key that it names and encrypt what was in it with
the new key, or with the new primary version of the same key. --source-key says
which key it must be of. The plaintext is never shown. A result without AAD from
a source with AAD must be asked for with --drop-aad. The source key may be in
another store than the new one, or at a server: what the flags of --source- do
not say of it, the environment does; a named keyring is in a file, and has no
passphrase but its own, and a named server no token but its own.`,
	}
	f := a.crypto(c)
	require(c, "key")
	f.inFlag(c)
	f.versionFlag(c)
	f.aad.flags(c, "", "the new additional authenticated data")
	a.sourceFlags(c)
	source.flags(c, "source-", "the additional authenticated data given before")
	c.Flags().StringVar(&sourceKey, "source-key", "", "the `KEY` that made the ciphertext (default: the one that it "+
		"names)")
	c.Flags().BoolVar(&drop, "drop-aad", false, "let the result have no AAD although the source has one")
	c.RunE = func(c *cobra.Command, _ []string) error {
		aad, sourceAAD, err := bothAADs(f.aad, source, drop)
		if err != nil {
			return err
		}
		s, ids, err := f.services(c.Context(), sourceKey)
		if err != nil {
			return err
		}
		sealed, err := f.input().ciphertext()
		if err != nil {
			return err
		}
		r, err := opened(sealed, func(blob []byte) (*api.ReEncryptResponse, error) {
			from, err := f.opener(ids, 1, blob)
			if err != nil {
				return nil, err
			}
			return s.ReEncrypt(c.Context(), api.Own(), &api.ReEncryptRequest{KeyID: ids[0],
				VersionID:  key.VersionID(f.version),
				AADContext: aad, SourceKeyID: from, SourceAADContext: sourceAAD, Ciphertext: blob})
		})
		if err != nil {
			return err
		}
		if a.json {
			return f.output().writeJSON(r)
		}
		return f.output().writeCiphertext(r.Ciphertext)
	}
	return c
}

// bothAADs reads them, and asks for a word before one is lost.
func bothAADs(new, source text, drop bool) (aad, sourceAAD []byte, err error) {
	if aad, err = new.read("--aad-file"); err != nil {
		return nil, nil, err
	}
	if sourceAAD, err = source.read("--source-aad-file"); err != nil {
		return nil, nil, err
	}
	drop = drop || new.none
	switch {
	case drop && len(aad) > 0:
		return nil, nil, exit.Usagef("--drop-aad and --aad exclude each other")
	case !drop && len(aad) == 0 && len(sourceAAD) > 0:
		return nil, nil, exit.Usagef("the source has AAD and the result would have none: give --aad TEXT (the same " +
			"text keeps it), or --drop-aad if that is meant")
	}
	return aad, sourceAAD, nil
}
