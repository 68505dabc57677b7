package crypto

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/message"
	"rekey/shared/api"
	"rekey/shared/key"
)

// generation is the flags of datakey beside those of command.
type generation struct {
	*command
	spec         key.Algorithm // --spec
	plaintextOut string        // --plaintext-out
	skip         bool          // --skip-plaintext
	force        bool          // --force
}

func datakey(s *cli.Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "datakey --key KEY",
		Short: "Generate a data key, for what is too large to encrypt directly",
		Long: `Generate a data key and write it encrypted: keep that beside the data, and get
the key itself back from ` + "`rekey decrypt`" + ` when it is needed. --plaintext-out
writes the key itself too, now; --json prints both. docs/envelope.md shows how
to encrypt a file of any size this way.`,
		Example: `  rekey datakey --key orders --out file.key.rky --plaintext-out file.key
  rekey decrypt --key orders --in file.key.rky | cmp - file.key`,
		SuggestFor: []string{"data-key", "generate-data-key", "generatedatakey", "gen-data-key"},
	}
	f := &generation{command: newCommand(s, c)}
	cli.Require(c, "key")
	f.versionFlag(c)
	f.aad.declare(c, "", "additional authenticated data: decryption of the data key needs the same")
	cli.Algorithm(c, &f.spec, "spec", "AES_256",
		"the `KIND` of key: AES_128 (16 bytes), AES_192 (24), AES_256 or AES_256_HSM (32)")
	c.Flags().StringVar(&f.plaintextOut, "plaintext-out", "", "write the data key itself to `FILE`, mode 0600 if it "+
		"is new")
	c.Flags().BoolVar(&f.skip, "skip-plaintext", false, "with --json: leave the data key itself out")
	c.Flags().BoolVar(&f.force, "force", false, "overwrite files that exist: what is in them may be the only copy of "+
		"a key")
	cli.Exclude(c, "plaintext-out", "skip-plaintext", "json")
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func (f *generation) run(ctx context.Context) error {
	s, ids, aad, err := f.begin(ctx)
	if err != nil {
		return err
	}
	if err := f.checkOutputs(); err != nil {
		return err
	}
	r, err := s.GenerateDataKey(ctx, api.Own(), &api.GenerateDataKeyRequest{KeyID: ids[0],
		VersionID: key.VersionID(f.version), AADContext: aad, DataKeySpec: f.spec,
		SkipPlaintext: f.skip || f.plaintextOut == "" && !f.json})
	if err != nil {
		return err
	}
	defer clear(r.DataKeyPlaintext)
	return f.write(r)
}

// outputTo is output for keys: what they overwrite may be the only copy of one.
func (f *generation) outputTo(path string) message.Output {
	o := f.output()
	o.Path, o.New = path, !f.force
	return o
}

// checkOutputs finds out before a key is made where it cannot be written.
func (f *generation) checkOutputs() error {
	out, err := f.outputTo(f.out).Check()
	if err != nil || f.plaintextOut == "" {
		return err
	}
	plaintext, err := f.outputTo(f.plaintextOut).Check()
	switch {
	case err != nil || !plaintext.Overlaps(out):
		return err
	case out.IsStdout():
		return exit.Usagef("--plaintext-out takes a file: standard output is the encrypted key's; --json prints both")
	}
	return exit.Usagef("--out and --plaintext-out name the same file")
}

// write leaves no plaintext behind if the encrypted key cannot be written.
func (f *generation) write(r *api.GenerateDataKeyResponse) error {
	if f.plaintextOut == "" {
		return f.answer(f.outputTo(f.out), r, r.DataKeyCiphertext)
	}
	plaintext, err := f.outputTo(f.plaintextOut).Stage(r.DataKeyPlaintext)
	if err != nil {
		return err
	}
	if err := f.answer(f.outputTo(f.out), r, r.DataKeyCiphertext); err != nil {
		return errors.Join(err, plaintext.Discard())
	}
	return plaintext.Commit()
}
