package keys

import (
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"7d":       7 * day,
		"0s":       0,
		"0":        0,
		"0d":       0,
		"36h":      36 * time.Hour,
		"1h30m":    90 * time.Minute,
		"1.5d":     36 * time.Hour,
		"-1d":      -day, // what it means is the rules' business
		"100000d":  100000 * day,
		"-100000d": -100000 * day,
	} {
		if got, err := parsePeriod(s); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "d", "7", "7D", "7 d", "d7", "1d12h", "1w", "soon", "1000000d", "-1000000d",
		"99999999999999999999d", "NaNd", "1ed", "7dd", "7hd"} {
		got, err := parsePeriod(s)
		if err == nil {
			t.Errorf("%q: %v, %v, want an error", s, got, err)
		}
	}
}
