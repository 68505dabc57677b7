package lossy_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/lossy"
)

const long = time.Minute // for what should not take a moment

func line(n int) string { return fmt.Sprintf("line %d %s\n", n, strings.Repeat("x", 1000)) }

func mustPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// TestAll: a reader that reads gets everything, in order.
func TestAll(t *testing.T) {
	r, to := mustPipe(t)
	got := make(chan []byte)
	go func() { b, _ := io.ReadAll(r); got <- b }()
	w := lossy.New(to)
	var want strings.Builder
	for i := range 100 {
		io.WriteString(w, line(i))
		want.WriteString(line(i))
	}
	w.Close(long)
	to.Close()
	if b := <-got; string(b) != want.String() {
		t.Errorf("got %d bytes, want %d", len(b), want.Len())
	}
	io.WriteString(w, "after the end\n") // and is not a panic
}

// TestHangs: a reader that reads nothing holds up nobody, nor the end; when it
// reads again it learns how many lines are lost, where they are missing.
func TestHangs(t *testing.T) {
	r, to := mustPipe(t)
	w := lossy.New(to)
	const lines = 5000
	for i := range lines {
		io.WriteString(w, line(i))
	}
	start := time.Now()
	go w.Close(0)
	w.Close(time.Millisecond)
	if took := time.Since(start); took > 10*time.Second {
		t.Fatalf("Close took %v", took)
	}
	go func() { w.Close(long); to.Close() }()
	next, lost := 0, 0
	for s := bufio.NewScanner(r); s.Scan(); {
		if m := regexp.MustCompile(`^level=WARN msg="(\d+) lines of the log were lost"$`).FindStringSubmatch(
			s.Text()); m != nil {
			n, _ := strconv.Atoi(m[1])
			next, lost = next+n, lost+n
			continue
		}
		if s.Text()+"\n" != line(next) {
			t.Fatalf("got %.20q after line %d", s.Text(), next-1)
		}
		next++
	}
	if next != lines || lost == 0 || lost == lines {
		t.Errorf("%d lines and %d lost, want %d in all", next-lost, lost, lines)
	}
}

// disk is a file on a disk that is full, at first.
type disk struct {
	mu   sync.Mutex
	free int
	got  bytes.Buffer
}

func (d *disk) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(len(b), d.free)
	d.got.Write(b[:n])
	if d.free -= n; n < len(b) {
		return n, errors.New("no space left")
	}
	return n, nil
}

// TestFails: what cannot be written is counted, a line that was cut short
// included, and what comes after it begins a line.
func TestFails(t *testing.T) {
	d := &disk{free: 10}
	w := lossy.New(d)
	io.WriteString(w, "one\ntwo\nthree\nfour\n")
	for start := time.Now(); ; time.Sleep(time.Millisecond) {
		d.mu.Lock()
		if d.free == 0 {
			d.free = 1 << 20
			d.mu.Unlock()
			break
		}
		d.mu.Unlock()
		if time.Since(start) > long {
			t.Fatal("nothing was written")
		}
	}
	io.WriteString(w, "five\n")
	w.Close(long)
	const want = "one\ntwo\nth\nlevel=WARN msg=\"2 lines of the log were lost\"\nfive\n"
	if d.got.String() != want {
		t.Errorf("got %q, want %q", d.got.String(), want)
	}
}
