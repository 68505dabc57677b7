package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/api"
)

func (a *app) decrypt() *cobra.Command {
	c := &cobra.Command{
		Use:   "decrypt",
		Short: "Decrypt what encrypt, reencrypt or datakey made",
		Long: `Decrypt a ciphertext from standard input, with the key and the version that it
names itself, and write the plaintext to standard output. --key says which key
it must be of. It may be the bytes, or anything in which inspect finds them.`,
	}
	f := a.crypto(c)
	c.Flag("key").Usage += " (default: the one that the ciphertext names)"
	f.inFlag(c)
	f.aad.flags(c, "", "the additional authenticated data given to encrypt")
	c.RunE = func(c *cobra.Command, _ []string) error {
		aad, err := f.aad.read("--aad-file")
		if err != nil {
			return err
		}
		s, ids, err := f.service(c.Context(), f.key)
		if err != nil {
			return err
		}
		sealed, err := f.input().ciphertext()
		if err != nil {
			return err
		}
		r, err := opened(sealed, func(blob []byte) (*api.DecryptResponse, error) {
			id, err := f.opener(ids, 0, blob)
			if err != nil {
				return nil, err
			}
			return s.Decrypt(c.Context(), api.Own(), &api.DecryptRequest{KeyID: id, AADContext: aad, Ciphertext: blob})
		})
		if err != nil {
			return err
		}
		if a.json {
			return f.output().writeJSON(r)
		}
		return f.output().writePlaintext(r.Plaintext)
	}
	return c
}
