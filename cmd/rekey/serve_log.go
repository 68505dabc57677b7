package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"rekey/shared/requestlog"
)

func (s *serve) logFlag(c *cobra.Command) {
	const flag = "log-requests"
	c.Flags().StringVar(&s.log, flag, "", "`WHICH` requests have a line on standard error: all, failed or none (default $REKEY_LOG_REQUESTS, or none)")
	before(c, func() error {
		return oneOf(flag, s.log, string(requestlog.All), string(requestlog.Failed), string(requestlog.None))
	})
}

// logged is which requests have a line in the log. None by default: a line
// costs as much as a request does beside its HTTP.
func (s *serve) logged(cfg *settings) requestlog.Lines {
	return cmp.Or(requestlog.Lines(s.log), cfg.LogRequests)
}
