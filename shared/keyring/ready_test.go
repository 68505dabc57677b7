package keyring

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// blinking is a store that can be read, or not.
type blinking struct {
	*fakeStore
	err error
}

func (b *blinking) Generation(context.Context) (uint64, error) { return 1, b.err }

// TestReady: that the store is away is told at the first look, once, by a
// request or without any; and that it is back.
func TestReady(t *testing.T) {
	var log bytes.Buffer
	clock, store := newFakeClock(), &blinking{fakeStore: &fakeStore{}}
	r := New(store, Options{TTL: time.Minute, Clock: clock.clock(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	look := func(err error, by func()) error {
		store.err = err
		clock.pass(generationEvery)
		by()
		return r.Ready()
	}
	ready, request := func() { _ = r.Ready() }, func() { r.Hit("k", "v") }
	away := fmt.Errorf("%w: its secret place", ErrUnavailable)
	for _, step := range []struct {
		err   error
		by    func()
		lines int
	}{
		{nil, ready, 0}, {away, ready, 1}, {away, ready, 1}, {away, request, 1},
		{fmt.Errorf("%w: slow", ErrTimeout), ready, 1},
		{nil, request, 2}, {fmt.Errorf("%w: slow", ErrTimeout), ready, 2}, {away, request, 3}, {nil, ready, 4},
	} {
		err := look(step.err, step.by)
		if lines := strings.Count(log.String(), "\n"); lines != step.lines || (err != nil) != (lines%2 == 1) {
			t.Errorf("with %v: %v, and the log has %d lines, want %d", step.err, err, lines, step.lines)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("everybody may read %v", err)
		}
	}
	if first, _, _ := strings.Cut(log.String(), "\n"); !strings.Contains(first, "level=ERROR") ||
		!strings.Contains(first, "its secret place") {
		t.Errorf("the log has %s", first)
	}
	if err := New(&fakeStore{}, Options{}).Ready(); err != nil {
		t.Errorf("of a store that has no generation: %v", err)
	}
}
