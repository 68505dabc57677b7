package answer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// narrow takes so many bytes, and then none.
type narrow struct {
	bytes.Buffer
	room int
	err  error
}

func (n *narrow) Write(b []byte) (int, error) {
	if n.room -= len(b); n.room < 0 {
		return 0, n.err
	}
	return n.Buffer.Write(b)
}

func TestFirstFailureStays(t *testing.T) {
	n := &narrow{room: 4, err: &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}}
	w := &Writer{Stream: n}
	fmt.Fprint(w, "one\n")
	if err := w.Err(); err != nil {
		t.Errorf("before anything failed: %v", err)
	}
	fmt.Fprint(w, "two\n")
	n.room = 100 // room again: what would be written now follows on nothing
	if _, err := io.WriteString(w, "three\n"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("after a failure: %v", err)
	}
	if got := n.String(); got != "one\n" {
		t.Errorf("%q is written", got)
	}
	if err := w.Err(); err == nil || !strings.HasSuffix(err.Error(), "written: no space left on device") {
		t.Errorf("the failure is %v", err)
	}
}
