package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
)

// pingTime is how long a server may take to answer: probes give up after a
// second or more.
const pingTime = 3 * time.Second

// Ping is `rekey ping`.
func Ping(s *cli.Streams) *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "ping",
		Short: "Ask a server on this machine whether it is ready",
		Long: `Ask a server's /readyz whether it wants requests: the exit status is 0 if it is
ready, and 1 if it is not, is shutting down or does not answer. It reads no
configuration and no key. For probes where there is no shell and no curl.`,
		Example:    "  rekey ping --addr 127.0.0.1:9000 # fails: nobody listens",
		SuggestFor: []string{"health", "healthcheck"},
		Args:       noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkAddr(addr); err != nil {
				return err
			}
			if err := ping(c.Context(), addr); err != nil {
				return err
			}
			_, err := fmt.Fprintln(s.Out, "ok")
			return err
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "the server's `HOST:PORT`")
	return c
}

// ping is nil if the server at addr, as serve takes it, is ready.
func ping(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+connectable(addr)+"/readyz", nil)
	if err != nil {
		return notAddr(addr)
	}
	direct := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, // and no proxy
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := direct.Do(r)
	if err != nil {
		return noAnswer(ctx, addr, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1024))
	text := strings.TrimSpace(string(body))
	switch {
	case err != nil:
		return noAnswer(ctx, addr, err)
	case answer.StatusCode == http.StatusServiceUnavailable:
		return fmt.Errorf("%s is not ready: %q", addr, text)
	case answer.StatusCode != http.StatusOK || text != "ok":
		return fmt.Errorf("%s answers, and not as rekey does: status %d", addr, answer.StatusCode)
	}
	return nil
}

func noAnswer(ctx context.Context, addr string, err error) error {
	if ctx.Err() == context.DeadlineExceeded {
		return fmt.Errorf("%s does not answer within %v", addr, pingTime)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return fmt.Errorf("%s does not answer: %w", addr, err)
}
