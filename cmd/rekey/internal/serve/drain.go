package serve

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
)

// defaultDrain is longer than proxies take to see that /readyz is 503, if they
// ask every half second.
const defaultDrain = 1500 * time.Millisecond

func (s *command) drainFlag(c *cobra.Command) {
	c.Flags().DurationVar(&s.drain, "drain", defaultDrain, "a `TIME` for which connections are still taken at the "+
		"end, while /readyz is 503; not after Ctrl-C")
	cli.Before(c, func() error {
		if s.drain < 0 {
			return exit.Usagef("--drain is %v: want 0s or longer", s.drain)
		}
		return nil
	})
}

// drains is how long this end takes connections: a person at the keyboard does
// not wait.
func (s *command) drains(ctx context.Context) time.Duration {
	if errors.Is(context.Cause(ctx), process.Signalled{Signal: syscall.SIGINT}) {
		return 0
	}
	return s.drain
}
