// Package cli is what all commands have in common: the streams they talk
// through, how they end, and the grammar of a command line, in which every
// complaint names the next step. It knows none of the commands.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/answer"
	"rekey/shared/plain"
)

// Streams are what a command talks through.
type Streams struct {
	In  io.Reader
	Out *answer.Writer // the answer
	Err io.Writer      // all else

	Changed bool   // what the command is for is done, and its answer only reports it
	Last    func() // called after the last word on Err, unless nil
}

// NewStreams are the streams of one command.
func NewStreams(in io.Reader, out, errs io.Writer) *Streams {
	return &Streams{In: in, Out: &answer.Writer{Stream: out, Wait: process.Unattended}, Err: errs}
}

// Run executes one command line and returns the exit status.
func (s *Streams) Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	status := s.end(ctx, root.ExecuteContext(ctx))
	if s.Last != nil {
		s.Last()
	}
	return status
}

// end says how a command failed, and whether its answer was lost besides, and
// returns the exit status.
func (s *Streams) end(ctx context.Context, err error) (status int) {
	lost := s.Out.Err()
	if err != nil && (lost == nil || !errors.Is(err, lost)) {
		status = s.fail(ctx, err)
	}
	switch {
	case lost == nil:
		return status
	case errors.Is(lost, syscall.EPIPE): // who read the output has had enough
		return cmp.Or(status, process.Signalled{Signal: syscall.SIGPIPE}.Status())
	}
	did := ""
	if s.Changed {
		did = "; the change is made: look before you try again"
	}
	s.say("%s%s", lost.Error(), did)
	return cmp.Or(status, exit.Failure)
}

// fail says why a command failed, and returns the exit status.
func (s *Streams) fail(ctx context.Context, err error) int {
	var by process.Signalled
	if !errors.Is(err, context.Canceled) || !errors.As(context.Cause(ctx), &by) {
		s.say("%s", exit.Text(err))
		return exit.Status(err)
	}
	s.say("%v: %s", by, strings.ReplaceAll(exit.Text(err), context.Canceled.Error(), "a signal came"))
	return by.Status()
}

// Warnf says what does not fail the command.
func (s *Streams) Warnf(format string, args ...any) { s.say("warning: "+format, args...) }

func (s *Streams) say(format string, args ...any) {
	fmt.Fprintf(s.Err, "rekey: %s\n", plain.Lines(fmt.Sprintf(format, args...)))
}
