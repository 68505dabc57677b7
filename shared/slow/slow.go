// Package slow keeps out of `go test ./...` what would take most of its time:
// builds with the platforms' compiler, archives, what is deployed as a whole.
// SLOW=1, or LONG=1, which adds more of the same, has it run, as .ci/run does.
package slow

import (
	"os"
	"testing"
)

// On reports whether there is time.
func On() bool { return os.Getenv("SLOW") != "" || os.Getenv("LONG") != "" }

// Skip skips a test unless there is time.
func Skip(t testing.TB) {
	t.Helper()
	if !On() {
		t.Skip("SKIPPED: SLOW=1 runs it")
	}
}
