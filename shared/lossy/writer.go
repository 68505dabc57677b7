// Package lossy is a log that never blocks its writers: what its
// reader does not take in time is lost, counted, and said once the reader takes
// something again.
package lossy

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// room is how many bytes wait at most for a reader that dawdles, 1 MiB: about
// 4000 lines of requests. As many again may be under way to it.
const room = 1 << 20

// Writer passes on what is written to it, in whole lines, from a goroutine of
// its own.
type Writer struct {
	to   io.Writer
	wake chan struct{} // of capacity 1; closed by Close
	done chan struct{} // closed when all is passed on, after Close

	mu     sync.Mutex
	closed bool
	waits  []byte
	missed int // lines for which there was no room behind waits

	// Of the goroutine:
	lost int  // lines that were not taken, of which nothing was said yet
	torn bool // the last line was taken in part
}

// New makes a Writer. Close ends its goroutine.
func New(to io.Writer) *Writer {
	w := &Writer{to: to, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go w.run()
	return w
}

// Write takes whole lines. It never waits, and never fails.
func (w *Writer) Write(lines []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return len(lines), nil
	case len(w.waits)+len(lines) > room || w.missed > 0: // or a gap would stand after what came later
		w.missed += bytes.Count(lines, []byte("\n"))
	default:
		w.waits = append(w.waits, lines...)
	}
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
	return len(lines), nil
}

// Close passes on what waits, for as long as that may take.
func (w *Writer) Close(most time.Duration) {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.wake)
	}
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-time.After(most):
	}
}

func (w *Writer) run() {
	defer close(w.done)
	var used []byte
	for range w.wake {
		used = w.pass(used)
	}
	w.pass(used)
}

// pass writes what waits, and returns its memory to be used again.
func (w *Writer) pass(used []byte) []byte {
	w.mu.Lock()
	lines, missed := w.waits, w.missed
	w.waits, w.missed = used[:0], 0
	w.mu.Unlock()
	w.say()
	n, err := w.put(lines)
	if err != nil {
		w.lost += bytes.Count(lines[n:], []byte("\n"))
	}
	w.lost += missed
	w.say()
	return lines
}

// say reports what was lost, if that can be written.
func (w *Writer) say() {
	if w.lost == 0 {
		return
	}
	what := fmt.Sprintf("%d lines of the log were lost", w.lost)
	if w.lost == 1 {
		what = "1 line of the log was lost"
	}
	if _, err := w.put([]byte("level=WARN msg=\"" + what + "\"\n")); err == nil {
		w.lost = 0
	}
}

// put writes lines, behind a line break if the last one was torn.
func (w *Writer) put(lines []byte) (int, error) {
	if len(lines) == 0 {
		return 0, nil
	}
	if w.torn {
		if _, err := io.WriteString(w.to, "\n"); err != nil {
			return 0, err
		}
		w.torn = false
	}
	n, err := w.to.Write(lines)
	w.torn = n > 0 && lines[n-1] != '\n'
	return n, err
}
