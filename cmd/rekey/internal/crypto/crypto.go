// Package crypto is `rekey encrypt`, decrypt, reencrypt and datakey: the four
// operations of the API, over a store or asked of a server.
package crypto

import (
	"encoding/base64"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/message"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/api"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
)

// Commands are the group.
func Commands(s *cli.Streams) []*cobra.Command {
	return []*cobra.Command{encrypt(s), decrypt(s), reencrypt(s), datakey(s)}
}

// command is what the commands have in common.
type command struct {
	*cli.Streams
	flags   *settings.Flags
	to      endpoint // --endpoint, --token-file
	from    *source  // of reencrypt
	key     string   // --key
	version string   // --version
	aad     text
	base64  bool               // --base64: ciphertexts are text
	json    bool               // --json
	in      string             // --in
	out     string             // --out
	never   []string           // files that --out is refused for
	opening *settings.Settings // of the store that opens ciphertexts; nil at an endpoint
}

// newCommand declares the flags that all have.
func newCommand(s *cli.Streams, c *cobra.Command) *command {
	f := &command{Streams: s, flags: settings.New(s), from: &source{Flags: settings.New(s)}}
	c.Args = cli.NoArgs("`--key KEY` names a key")
	c.Flags().StringVarP(&f.key, "key", "k", "",
		"the `KEY`, an id or a unique name (with --endpoint an id; in Lockbox a name takes the right to list)")
	c.RegisterFlagCompletionFunc("key", f.completeKey)
	c.Flags().StringVarP(&f.out, "out", "o", "",
		"write `FILE` instead of standard output; a new one has mode 0600, one that is replaced keeps its own")
	c.Flags().BoolVar(&f.base64, "base64", false, "the ciphertext is base64 text, not raw bytes")
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON document with the field names of Yandex KMS")
	f.flags.Declare(c)
	f.to.declare(c, "", " instead of opening a store (default $REKEY_ENDPOINT)")
	return f
}

func (f *command) inFlag(c *cobra.Command) {
	c.Args = cli.NoArgs("`--in FILE` reads a file, and a text comes on standard input")
	c.Flags().StringVarP(&f.in, "in", "i", "", "read `FILE` instead of standard input")
}

func (f *command) versionFlag(c *cobra.Command) {
	c.Flags().StringVar(&f.version, "version", "", "encrypt with this `VERSION` (default: the primary)")
	c.RegisterFlagCompletionFunc("version", f.completeVersion)
	cli.Before(c, func() error {
		if f.version == "" {
			return nil
		}
		_, err := cli.VersionID(f.version)
		return err
	})
}

// completeKey offers nothing for a server: its keys are not ours to list.
func (f *command) completeKey(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	if f.to.url != "" {
		return cli.Matching(typed)
	}
	return f.flags.CompleteKey(c, given, typed)
}

func (f *command) completeVersion(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	if f.to.url != "" {
		return cli.Matching(typed)
	}
	return f.flags.CompleteVersion(c, f.key, typed)
}

func (f *command) input() message.Input {
	return message.Input{Setting: "--in", Path: f.in, Stdin: f.In, Notes: f.Err}
}

func (f *command) output() message.Output {
	return message.Output{Path: f.out, Stdout: f.Out, Never: f.never}
}

// plaintext reads the text to encrypt.
func (f *command) plaintext() ([]byte, error) {
	b, err := f.input().Read(api.MaxPlaintext)
	switch {
	case err != nil:
		return nil, err
	case len(b) == 0:
		return nil, fmt.Errorf("%w: the input is empty: there is nothing to encrypt", keyadmin.ErrInvalid)
	case len(b) > api.MaxPlaintext:
		return nil, fmt.Errorf("%w: the input is over %d bytes, more than one call encrypts: make a data key with "+
			"`rekey datakey` and encrypt with that, as docs/envelope.md shows", keyadmin.ErrInvalid, api.MaxPlaintext)
	}
	return b, nil
}

// answer writes a response as JSON, or only its ciphertext.
func (f *command) answer(to message.Output, response any, ciphertext []byte) error {
	switch {
	case f.json:
		return writeJSON(to, response)
	case f.base64:
		return to.Write(append(base64.StdEncoding.AppendEncode(nil, ciphertext), '\n'))
	case to.IsTerminal():
		return exit.Usagef("the ciphertext is binary and would garble the terminal: add --base64 or --out FILE")
	}
	return to.Write(ciphertext)
}

// writeJSON writes a response as the API spells it, and a line break.
func writeJSON(to message.Output, response any) error {
	return to.Write(append(rest.EncodeResponse(response), '\n'))
}
