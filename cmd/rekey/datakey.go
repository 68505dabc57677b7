package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/key"
)

// datakey is the command's own flags beside those of crypto.
type datakey struct {
	*crypto
	spec         string // --spec
	plaintextOut string // --plaintext-out
	skip         bool   // --skip-plaintext
}

func (a *app) datakey() *cobra.Command {
	c := &cobra.Command{
		Use:   "datakey --key KEY",
		Short: "Generate a data key, for what is too large to encrypt directly",
		Long: `Generate a data key and write it encrypted: keep that beside the data, and get
the key itself back from ` + "`rekey decrypt`" + ` when it is needed. --plaintext-out
writes the key itself too, now; --json prints both. docs/envelope.md shows how
to encrypt a file of any size this way.`,
	}
	f := &datakey{crypto: a.crypto(c)}
	f.versionFlag(c)
	f.aad.flags(c, "", "additional authenticated data: decryption of the data key needs the same")
	c.Flags().StringVar(&f.spec, "spec", "AES_256", "the `KIND` of key: AES_128 (16 bytes), AES_192 (24), AES_256 or AES_256_HSM (32)")
	c.Flags().StringVar(&f.plaintextOut, "plaintext-out", "", "write the data key itself to `FILE`, mode 0600")
	c.Flags().BoolVar(&f.skip, "skip-plaintext", false, "with --json: leave the data key itself out")
	exclude(c, "plaintext-out", "skip-plaintext")
	exclude(c, "plaintext-out", "json")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c) }
	return c
}

func (f *datakey) run(c *cobra.Command) error {
	spec, err := key.ParseAlgorithm(f.spec)
	if err != nil {
		return usagef("--spec: %w", err)
	}
	if f.plaintextOut == "-" {
		return usagef("--plaintext-out takes a file: standard output is the encrypted key's; --json prints both")
	}
	if f.plaintextOut != "" && filepath.Clean(f.plaintextOut) == filepath.Clean(f.out) {
		return usagef("--out and --plaintext-out name the same file")
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
		AADContext: aad, DataKeySpec: spec, SkipPlaintext: f.skip || f.plaintextOut == "" && !f.app.json})
	if err != nil {
		return err
	}
	defer clear(r.DataKeyPlaintext)
	switch {
	case f.app.json:
		return f.output().writeJSON(r)
	case f.plaintextOut != "":
		return f.writeBoth(r)
	}
	return f.output().writeCiphertext(r.DataKeyCiphertext)
}

// writeBoth leaves no plaintext behind if the encrypted key cannot be written.
func (f *datakey) writeBoth(r *api.GenerateDataKeyResponse) error {
	plaintext, err := stage(f.plaintextOut, r.DataKeyPlaintext)
	if err != nil {
		return err
	}
	if err := f.output().writeCiphertext(r.DataKeyCiphertext); err != nil {
		plaintext.discard()
		return err
	}
	return plaintext.commit()
}
