// Package answer is the standard output of a program whose answer counts: a
// write of it that failed is a failure of the program, wherever in it that was.
package answer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// Writer writes to a stream until that fails, and remembers how. It is safe
// for concurrent use.
type Writer struct {
	Stream io.Writer
	// Wait, unless nil, calls each write, which may wait for a reader.
	Wait func(write func())

	mu  sync.Mutex // guards err
	err error
}

// Write is io.Writer's. After a failure nothing more is written: half a line
// with its end missing would look like a whole one.
func (w *Writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	var n int
	var err error
	write := func() { n, err = w.Stream.Write(b) }
	if w.Wait != nil {
		w.Wait(write)
	} else {
		write()
	}
	if err != nil {
		w.err = fmt.Errorf("the answer could not be written: %w", reason(err))
	}
	return n, w.err
}

// Err is the first failure, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// reason is an error of a file without the file's name: it is always that of
// standard output.
func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
