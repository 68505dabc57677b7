package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/key"
)

func (a *app) reencrypt() *cobra.Command {
	var source text
	var sourceKey string
	var drop bool
	c := &cobra.Command{
		Use:   "reencrypt --key NEW --source-key OLD",
		Short: "Encrypt a ciphertext anew, with another key, version or AAD",
		Long: `Decrypt a ciphertext with the source key and encrypt what was in it with the
new key, or with the new primary version of the same key. The plaintext is
never shown. A result without AAD from a source with AAD must be asked for with
--drop-aad.`,
	}
	f := a.crypto(c)
	f.versionFlag(c)
	f.aad.flags(c, "", "the new additional authenticated data")
	source.flags(c, "source-", "the additional authenticated data given before")
	c.Flags().StringVar(&sourceKey, "source-key", "", "the `KEY` that made the ciphertext")
	c.MarkFlagRequired("source-key")
	c.Flags().BoolVar(&drop, "drop-aad", false, "let the result have no AAD although the source has one")
	c.RunE = func(c *cobra.Command, _ []string) error {
		aad, err := f.aad.read("--aad-file")
		if err != nil {
			return err
		}
		sourceAAD, err := source.read("--source-aad-file")
		if err != nil {
			return err
		}
		if err := checkDrop(drop, aad, sourceAAD); err != nil {
			return err
		}
		sealed, err := f.io.ciphertext()
		if err != nil {
			return err
		}
		s, ids, err := f.service(c.Context(), f.key, sourceKey)
		if err != nil {
			return err
		}
		r, err := s.ReEncrypt(c.Context(), api.Anonymous, &api.ReEncryptRequest{KeyID: ids[0], VersionID: key.VersionID(f.version), AADContext: aad,
			SourceKeyID: ids[1], SourceAADContext: sourceAAD, Ciphertext: sealed})
		if err != nil {
			return err
		}
		if a.json {
			return f.io.writeJSON(r)
		}
		return f.io.writeCiphertext(r.Ciphertext)
	}
	return c
}

// checkDrop asks for a word before AAD is lost.
func checkDrop(drop bool, aad, sourceAAD []byte) error {
	switch {
	case drop && len(aad) > 0:
		return usagef("--drop-aad and --aad exclude each other")
	case !drop && len(aad) == 0 && len(sourceAAD) > 0:
		return usagef("the source has AAD and the result would have none: give --aad TEXT (the same text keeps it), or --drop-aad if that is meant")
	}
	return nil
}
