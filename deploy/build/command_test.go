package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestBrokenOff: a build that is broken off leaves no temporary folder, though
// the go command does.
func TestBrokenOff(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("GOCACHE", t.TempDir()) // empty, so that there is something to do
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := LambdaArchive(ctx, "../..", "amd64", "encrypt")
		ended <- err
	}()
	for begun := false; !begun; {
		select {
		case err := <-ended:
			t.Fatalf("it ended before it was broken off: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
		begun = glob(t, temp, "rekey-build*", "go-build*") || glob(t, temp, "go-build*")
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// glob reports whether a file is there.
func glob(t *testing.T, pattern ...string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(pattern...))
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}
