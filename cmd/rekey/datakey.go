package main

import (
	"errors"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
	"rekey/shared/key"
)

// datakey is the command's own flags beside those of crypto.
type datakey struct {
	*crypto
	spec         string // --spec
	plaintextOut string // --plaintext-out
	skip         bool   // --skip-plaintext
	force        bool   // --force
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
	require(c, "key")
	f.versionFlag(c)
	f.aad.flags(c, "", "additional authenticated data: decryption of the data key needs the same")
	c.Flags().StringVar(&f.spec, "spec", "AES_256", "the `KIND` of key: AES_128 (16 bytes), AES_192 (24), AES_256 or "+
		"AES_256_HSM (32)")
	c.Flags().StringVar(&f.plaintextOut, "plaintext-out", "", "write the data key itself to `FILE`, mode 0600 if it "+
		"is new")
	c.Flags().BoolVar(&f.skip, "skip-plaintext", false, "with --json: leave the data key itself out")
	c.Flags().BoolVar(&f.force, "force", false, "overwrite files that exist: what is in them may be the only copy of "+
		"a key")
	exclude(c, "plaintext-out", "skip-plaintext")
	exclude(c, "plaintext-out", "json")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c) }
	return c
}

func (f *datakey) run(c *cobra.Command) error {
	spec, err := algorithmFlag("spec", f.spec)
	if err != nil {
		return err
	}
	aad, err := f.aad.read("--aad-file")
	if err != nil {
		return err
	}
	s, ids, err := f.service(c.Context(), f.key)
	if err != nil {
		return err
	}
	if err := f.checkOutputs(); err != nil {
		return err
	}
	r, err := s.GenerateDataKey(c.Context(), api.Own(), &api.GenerateDataKeyRequest{KeyID: ids[0],
		VersionID:  key.VersionID(f.version),
		AADContext: aad, DataKeySpec: spec, SkipPlaintext: f.skip || f.plaintextOut == "" && !f.app.json})
	if err != nil {
		return err
	}
	defer clear(r.DataKeyPlaintext)
	switch {
	case f.app.json:
		return f.outputTo(f.out).writeJSON(r)
	case f.plaintextOut != "":
		return f.writeBoth(r)
	}
	return f.outputTo(f.out).writeCiphertext(r.DataKeyCiphertext)
}

// outputTo is output for keys: what they overwrite may be the only copy of one.
func (f *datakey) outputTo(path string) *output {
	o := f.output()
	o.path, o.new = path, !f.force
	return o
}

// checkOutputs finds out before a key is made where it cannot be written.
func (f *datakey) checkOutputs() error {
	out, err := f.outputTo(f.out).check()
	if err != nil || f.plaintextOut == "" {
		return err
	}
	plaintext, err := f.outputTo(f.plaintextOut).check()
	switch {
	case err != nil || !plaintext.meets(out):
		return err
	case out.fd == 1:
		return exit.Usagef("--plaintext-out takes a file: standard output is the encrypted key's; --json prints both")
	}
	return exit.Usagef("--out and --plaintext-out name the same file")
}

// writeBoth leaves no plaintext behind if the encrypted key cannot be written.
func (f *datakey) writeBoth(r *api.GenerateDataKeyResponse) error {
	plaintext, err := f.outputTo(f.plaintextOut).stage(r.DataKeyPlaintext)
	if err != nil {
		return err
	}
	if err := f.outputTo(f.out).writeCiphertext(r.DataKeyCiphertext); err != nil {
		return errors.Join(err, plaintext.discard())
	}
	return plaintext.commit()
}
