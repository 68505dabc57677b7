package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/key"
)

func (a *app) encrypt() *cobra.Command {
	c := &cobra.Command{
		Use:   "encrypt --key KEY",
		Short: "Encrypt up to 32 KiB",
		Long: `Encrypt up to 32 KiB from standard input with the primary version of a key, and
write the ciphertext to standard output. More than that takes a data key:
` + "`rekey datakey`" + ` and docs/envelope.md.`,
	}
	f := a.crypto(c)
	require(c, "key")
	f.inFlag(c)
	f.versionFlag(c)
	f.aad.flags(c, "", "additional authenticated data: decryption needs the same")
	c.RunE = func(c *cobra.Command, _ []string) error {
		aad, err := f.aad.read("--aad-file")
		if err != nil {
			return err
		}
		s, ids, err := f.service(c.Context(), f.key)
		if err != nil {
			return err
		}
		plaintext, err := f.input().plaintext()
		if err != nil {
			return err
		}
		r, err := s.Encrypt(c.Context(), api.Own(), &api.EncryptRequest{KeyID: ids[0], VersionID: key.VersionID(f.version),
			AADContext: aad, Plaintext: plaintext})
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
