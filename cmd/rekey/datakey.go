package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/key"
)

func (a *app) datakey() *cobra.Command {
	var spec, plaintextOut string
	var skip bool
	c := &cobra.Command{
		Use:   "datakey --key KEY",
		Short: "Generate a data key, for what is too large to encrypt directly",
		Long: `Generate a data key and write it encrypted: keep that beside the data, and get
the key itself back from ` + "`rekey decrypt`" + ` when it is needed. --plaintext-out
writes the key itself too, now; --json prints both. docs/envelope.md shows how
to encrypt a file of any size this way.`,
	}
	f := a.crypto(c)
	f.versionFlag(c)
	f.aad.flags(c, "", "additional authenticated data: decryption of the data key needs the same")
	c.Flags().StringVar(&spec, "spec", "AES_256", key.AlgorithmNames+": 16, 24, 32 or 32 bytes")
	c.Flags().StringVar(&plaintextOut, "plaintext-out", "", "write the data key itself to `FILE`, mode 0600")
	c.Flags().BoolVar(&skip, "skip-plaintext", false, "with --json: leave the data key itself out")
	c.Flags().MarkHidden("in") // a data key is made of nothing
	c.RunE = func(c *cobra.Command, _ []string) error {
		alg, err := key.ParseAlgorithm(spec)
		if err != nil {
			return usagef("--spec: %v", err)
		}
		if f.io.in != "" {
			return usagef("datakey takes no input: leave out --in")
		}
		if plaintextOut != "" && skip {
			return usagef("--plaintext-out and --skip-plaintext exclude each other")
		}
		aad, err := f.aad.read("--aad-file")
		if err != nil {
			return err
		}
		s, ids, err := f.service(c.Context(), f.key)
		if err != nil {
			return err
		}
		r, err := s.GenerateDataKey(c.Context(), api.Anonymous, &api.GenerateDataKeyRequest{KeyID: ids[0], VersionID: key.VersionID(f.version),
			AADContext: aad, DataKeySpec: alg, SkipPlaintext: skip || plaintextOut == "" && !a.json})
		if err != nil {
			return err
		}
		defer clear(r.DataKeyPlaintext)
		if a.json {
			return f.io.writeJSON(r)
		}
		return f.writeDataKey(r, plaintextOut)
	}
	return c
}

// writeDataKey writes the encrypted key last: whoever has it has all.
func (f *crypto) writeDataKey(r *api.GenerateDataKeyResponse, plaintextOut string) error {
	if plaintextOut != "" {
		if err := writeFile(plaintextOut, r.DataKeyPlaintext); err != nil {
			return err
		}
	}
	return f.io.writeCiphertext(r.DataKeyCiphertext)
}
