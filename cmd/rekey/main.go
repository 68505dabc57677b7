// The runtime's defaults are those of the Go that builds it, whatever go.mod says.
//
//go:debug default=go1

// Command rekey is the key management service as one program: it serves the
// API, manages keys, and encrypts and decrypts at the command line. Here its
// groups of commands are put together; each is a package under internal.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/about"
	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/crypto"
	"rekey/cmd/rekey/internal/inspect"
	"rekey/cmd/rekey/internal/keyring"
	"rekey/cmd/rekey/internal/keys"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/serve"
)

func main() {
	if err := process.NoCore(); err != nil {
		fmt.Fprintf(os.Stderr,
			"rekey: a core file may have the keys in it, for core files could not be turned off: %v\n", err)
	}
	os.Exit(run(process.Watch(context.Background()), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	s := cli.NewStreams(in, out, errs)
	return s.Run(ctx, program(s), args)
}

func program(s *cli.Streams) *cobra.Command {
	return cli.Root(&cobra.Command{
		Use:   "rekey",
		Short: "A key management service that you own",
		Long: `rekey is the Yandex KMS SymmetricCrypto API with your own keys: serve it,
manage its keys, and encrypt and decrypt with them.

The environment configures it too: see the README's table of REKEY_ variables.`,
		Example: "  rekey keys create --name orders\n  rekey serve",
		Version: about.Build().Version,
	}, about.Footer,
		cli.Group{Title: "Serve:", Commands: []*cobra.Command{serve.Command(s)}},
		cli.Group{Title: "Keys:", Commands: []*cobra.Command{keys.Command(s), keyring.Command(s)}},
		cli.Group{Title: "Encrypt and decrypt:", Commands: crypto.Commands(s)},
		cli.Group{Title: "Tools:", Commands: []*cobra.Command{inspect.Command(s), serve.Ping(s), about.Version(s),
			about.Completion(s), about.Help()}},
		cli.Group{Commands: []*cobra.Command{about.Exit()}})
}
