package manage

import (
	"testing"
	"time"
)

// TestPause: a store that takes long to look at is looked at less often, and
// what was seen is never older than two looks may take.
func TestPause(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{0: time.Second, 50 * time.Millisecond: time.Second,
		400 * time.Millisecond: 4 * time.Second, listTimeout: listTimeout} {
		if got := pause(took); got != want {
			t.Errorf("after %v: %v, want %v", took, got, want)
		}
	}
}
