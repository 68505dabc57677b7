package terminal

import (
	"bytes"
	"strings"
	"testing"
)

// TestWaiting: nothing is shown to what is not a terminal.
func TestWaiting(t *testing.T) {
	var errw bytes.Buffer
	done := Waiting(&errw, "create a secret")
	done()
	done()
	if errw.Len() > 0 {
		t.Errorf("shown %q", &errw)
	}
}

// TestSpin: one line, no wider than a terminal, of which nothing is left.
func TestSpin(t *testing.T) {
	for _, what := range []string{"add a version", strings.Repeat("ж", 200)} {
		var w bytes.Buffer
		end := make(chan struct{})
		close(end)
		spin(&w, what, end)
		steps := strings.Split(w.String(), "\r")
		last := len(steps) - 1
		if last < 3 || steps[0] != "" || steps[last] != "" || strings.TrimSpace(steps[last-1]) != "" {
			t.Fatalf("drawn %q", steps)
		}
		for _, s := range steps[1:last] {
			if n, want := len([]rune(s)), len([]rune(steps[1])); n != want || n > 79 {
				t.Errorf("%q has %d characters, want %d, at most 79", s, n, want)
			}
		}
		if !strings.HasPrefix(steps[1], "| Lockbox: "+what[:8]) {
			t.Errorf("drawn %q", steps[1])
		}
	}
}
