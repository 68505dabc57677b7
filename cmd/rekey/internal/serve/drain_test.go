package serve

import (
	"testing"
	"time"

	"rekey/shared/server"
)

// TestEndBeforeKill: with nobody who reads either stream and a request that never
// ends, it is over before container runtimes kill.
func TestEndBeforeKill(t *testing.T) {
	if all := defaultDrain + server.FlightTime + 2*flushTimeout; all > 9500*time.Millisecond {
		t.Errorf("the end may take %v, and docs/operations.md says 9.5 s", all)
	}
}
