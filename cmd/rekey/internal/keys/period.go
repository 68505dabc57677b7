package keys

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

// period declares a flag that takes a period, if it is given.
func period(c *cobra.Command, d *time.Duration, name, otherwise, usage string) {
	given := c.Flags().String(name, otherwise, usage)
	cli.Before(c, func() (err error) {
		if *given == "" {
			return nil
		}
		if *d, err = parsePeriod(*given); err != nil {
			return exit.Usagef("--%s %s is not a period: give one such as 7d, 36h or 0s", name, config.Short(*given))
		}
		return nil
	})
}

// parsePeriod is time.ParseDuration with days, such as 7d.
func parsePeriod(s string) (time.Duration, error) {
	days, ok := strings.CutSuffix(s, "d")
	if !ok {
		return time.ParseDuration(s)
	}
	d, err := time.ParseDuration(days + "h")
	const most = time.Duration(1<<63-1) / 24
	if err == nil && (d > most || d < -most) {
		err = strconv.ErrRange
	}
	return 24 * d, err
}
