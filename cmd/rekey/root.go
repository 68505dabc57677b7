package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"rekey/shared/config"
)

// app is what the commands share: the streams, and the flags that several of
// them have.
type app struct {
	in       io.Reader
	out, err io.Writer
	keyring  string // --keyring
	json     bool   // --json
}

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	a := &app{in: in, out: out, err: errw}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(errw, "rekey: %s\n", explain(err))
		return exitStatus(err)
	}
	return 0
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "rekey",
		Short: "A key management service that you own",
		Long: `rekey is the Yandex KMS SymmetricCrypto API with your own keys: serve it,
manage its keys, and encrypt and decrypt with them.

The environment configures it too: see the README's table of REKEY_ variables.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.NoArgs,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%v: `%s --help` shows the flags", err, c.CommandPath())
	})
	root.SetUsageTemplate(root.UsageTemplate() + exitHelp)
	root.AddCommand(a.serve(), a.keys(), a.encrypt(), a.decrypt(), a.reencrypt(), a.datakey())
	return root
}

// config is the environment with the flags over it.
func (a *app) config() (*config.Config, error) {
	c, err := config.Load()
	if err != nil {
		return nil, err
	}
	if a.keyring != "" {
		c.Keyring = a.keyring
	}
	return c, nil
}

func (a *app) keyringFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.keyring, "keyring", "", "keyring `FILE` (default $REKEY_KEYRING, or rekey/keyring.json in your configuration folder)")
}

func (a *app) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document with the field names of Yandex KMS")
}

// args is cobra.ExactArgs with a message that names the arguments.
func args(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		switch {
		case len(given) < len(names):
			return usagef("%s is missing: %s", names[len(given)], c.UseLine())
		case len(given) > len(names):
			return usagef("unexpected argument %q: %s", given[len(names)], c.UseLine())
		}
		return nil
	}
}
