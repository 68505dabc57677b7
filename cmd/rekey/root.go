package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/answer"
	"rekey/shared/plain"
)

// app is what the commands share: the streams, and the flags that several of
// them have.
type app struct {
	in       io.Reader
	out      *answer.Writer
	err      io.Writer
	store    string         // --store
	keyring  string         // --keyring
	phrase   string         // --passphrase-file
	source   source         // of reencrypt
	folder   string         // --folder-id
	material string         // --material
	window   *time.Duration // --servers-window
	seed     string         // --seed
	now      bool           // --now
	create   bool           // --create
	json     bool           // --json
	made     string         // a keyring that was not there
	changed  bool           // what the command is for is done, and its answer only tells of it
	serving  atomic.Bool
	last     func() // what is called behind the last word on err, unless nil
}

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	a := &app{in: in, out: &answer.Writer{Stream: out, Wait: process.Unattended}, err: errw}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(a.out)
	root.SetErr(errw)
	status := a.end(ctx, root.ExecuteContext(ctx))
	if a.last != nil {
		a.last()
	}
	return status
}

// end says how a command failed, and whether its answer was lost besides, and
// returns the exit status.
func (a *app) end(ctx context.Context, err error) (status int) {
	lost := a.out.Err()
	if err != nil && (lost == nil || !errors.Is(err, lost)) {
		status = a.fail(ctx, err)
	}
	switch {
	case lost == nil:
		return status
	case errors.Is(lost, syscall.EPIPE): // who read the output has had enough
		return cmp.Or(status, process.Signalled{Signal: syscall.SIGPIPE}.Status())
	}
	did := ""
	if a.changed {
		did = "; the change is made: look before you try again"
	}
	fmt.Fprintf(a.err, "rekey: %s%s\n", plain.Lines(lost.Error()), did)
	return cmp.Or(status, exit.Failure)
}

// fail says why a command failed, and returns the exit status.
func (a *app) fail(ctx context.Context, err error) int {
	var by process.Signalled
	if !errors.Is(err, context.Canceled) || !errors.As(context.Cause(ctx), &by) {
		fmt.Fprintf(a.err, "rekey: %s\n", plain.Lines(exit.Text(err)))
		return exit.Status(err)
	}
	text := strings.ReplaceAll(exit.Text(err), context.Canceled.Error(), "a signal came")
	fmt.Fprintf(a.err, "rekey: %v: %s\n", by, plain.Lines(text))
	return by.Status()
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
		Args:              subcommands,
		PersistentPreRunE: checkFlags,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(root.UsageTemplate() + exitPointer)
	root.SetHelpCommand(help())
	root.AddCommand(a.serve(), a.keys(), a.keyringCommand(), a.encrypt(), a.decrypt(), a.reencrypt(), a.datakey(),
		a.inspect(), a.ping(), a.version(), a.completion(), exitTopic())
	describe(root)
	a.complete(root)
	takeOnce(root)
	return root
}

// help is cobra's own, but that it knows when there is no such command.
func help() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(c *cobra.Command, given []string) error {
			about, rest, err := c.Root().Find(given)
			if err != nil {
				return err
			}
			if err := subcommands(about, rest); err != nil {
				return err
			}
			return about.Help()
		},
	}
}

func (a *app) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document with the field names of Yandex KMS")
}
