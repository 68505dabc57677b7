package server

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"
)

// mustEnd reads until the deadline, which must come after at least that long.
func mustEnd(t *testing.T, name string, start time.Time, least time.Duration, io func([]byte) (int, error)) {
	t.Helper()
	_, err := io(make([]byte, 1<<20))
	if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took < least {
		t.Errorf("%s: got %v after %v, want its deadline after %v", name, err, took, least)
	}
}

// TestDeadlines: whatever deadlines are set, in whatever order, the last one
// counts, exactly.
func TestDeadlines(t *testing.T) {
	const ms = time.Millisecond
	for name, row := range map[string][]time.Duration{ // 0 takes the deadline away, negative ones have passed
		"one":                  {60 * ms},
		"later ones":           {20 * ms, 40 * ms, 80 * ms},
		"an earlier one":       {time.Hour, 50 * ms},
		"up and down":          {20 * ms, time.Hour, 90 * ms},
		"taken away and given": {20 * ms, 0, 60 * ms},
		"passed":               {time.Hour, -time.Hour},
		"passed and given":     {time.Hour, -time.Hour, 0, 60 * ms},
	} {
		for side, of := range map[string]func(*conn) (func(time.Time) error, func([]byte) (int, error)){
			"read": func(c *conn) (func(time.Time) error, func([]byte) (int, error)) {
				return c.SetReadDeadline, c.Read
			},
			"write": func(c *conn) (func(time.Time) error, func([]byte) (int, error)) {
				return c.SetWriteDeadline, func(b []byte) (n int, err error) {
					for err == nil { // until nothing more fits into the kernel's buffers
						n, err = c.Write(b)
					}
					return n, err
				}
			},
		} {
			t.Run(name+", "+side, func(t *testing.T) {
				t.Parallel()
				_, c, _ := pair(t)
				set, use := of(c)
				start := time.Now()
				for _, d := range row {
					var at time.Time
					if d != 0 {
						at = start.Add(d)
					}
					if err := set(at); err != nil {
						t.Fatal(err)
					}
				}
				last := row[len(row)-1]
				mustEnd(t, name, start, last, use)
				mustEnd(t, "once more", start, last, use) // until another is set
				if set(start.Add(last + 100*ms)); last > 0 {
					mustEnd(t, "set again", start, last+100*ms, use)
				}
			})
		}
	}
}

// TestWritesOn: a deadline that is another's in the midst of a long write neither ends it
// nor repeats a byte.
func TestWritesOn(t *testing.T) {
	_, c, client := pair(t)
	sent := make([]byte, 32<<20)
	for i := range sent {
		sent[i] = byte(i >> 8)
	}
	c.SetWriteDeadline(time.Now().Add(time.Minute))
	go func() {
		defer c.CloseWrite()
		if n, err := c.Write(sent); n != len(sent) || err != nil {
			t.Errorf("wrote %d bytes: %v", n, err)
		}
	}()
	for range 100 {
		c.write.fire() // as a sweep does that comes too late for it
		io.ReadFull(client, make([]byte, 1))
	}
	got, err := io.ReadAll(client)
	if err != nil || string(got) != string(sent[100:]) {
		t.Errorf("%d bytes of %d came, %v", len(got), len(sent), err)
	}
}
