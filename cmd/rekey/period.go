package main

import (
	"strings"
	"time"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

// parsePeriod is time.ParseDuration with days, such as 7d, for a flag.
func parsePeriod(flag, s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		const most = time.Duration(1<<63-1) / 24
		if err == nil && d <= most && d >= -most {
			return 24 * d, nil
		}
	} else if d, err := time.ParseDuration(s); err == nil {
		return d, nil
	}
	return 0, exit.Usagef("--%s %s is no period: give one such as 7d, 36h or 0s", flag, config.Short(s))
}
