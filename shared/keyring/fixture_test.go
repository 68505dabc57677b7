package keyring

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
)

const (
	ttl   = 60 * time.Second
	grace = 5 * time.Minute
)

// fakeClock is both clocks and the timers, moved by hand.
type fakeClock struct {
	mu    sync.Mutex
	wall  time.Time
	mono  time.Duration
	waits []time.Duration // what After was asked for; it fires immediately, or never for cancelGrace
}

func (c *fakeClock) move(wall, mono time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(wall), c.mono+mono
}

func (c *fakeClock) pass(d time.Duration) { c.move(d, d) }

func (c *fakeClock) clock() Clock {
	return Clock{
		Wall: func() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.wall },
		Mono: func() time.Duration { c.mu.Lock(); defer c.mu.Unlock(); return c.mono },
		After: func(d time.Duration) <-chan time.Time {
			c.mu.Lock()
			defer c.mu.Unlock()
			if d == cancelGrace {
				return nil // the tests' drivers are waited for
			}
			c.waits = append(c.waits, d)
			fired := make(chan time.Time, 1)
			fired <- c.wall
			return fired
		},
	}
}

// fakeStore answers with versions of the ids asked for, the primary one being
// v1, until it is told otherwise.
type fakeStore struct {
	mu    sync.Mutex
	calls []question
	hook  func(ctx context.Context, q question) (*Version, error)
}

func (s *fakeStore) Get(ctx context.Context, k key.ID, v key.VersionID) (*Version, error) {
	s.mu.Lock()
	s.calls = append(s.calls, question{k, v})
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		return hook(ctx, question{k, v})
	}
	return found(question{k, v})
}

func (s *fakeStore) answer(hook func(context.Context, question) (*Version, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// fail makes the store answer every question with err; nil mends it.
func (s *fakeStore) fail(err error) {
	if err == nil {
		s.answer(nil)
		return
	}
	s.answer(func(context.Context, question) (*Version, error) { return nil, err })
}

// reads returns the number of calls since it was last asked.
func (s *fakeStore) reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.calls)
	s.calls = nil
	return n
}

func found(q question) (*Version, error) {
	if q.version == "" {
		q.version = "v1"
	}
	return NewVersion(q.key, q.version, key.AES256, bytes.Repeat([]byte{0xA7, 0x5C}, 16))
}

// ring is a Keyring with its surroundings.
type ring struct {
	*Keyring
	t     *testing.T
	store *fakeStore
	clock *fakeClock
}

func newRing(t *testing.T, o Options) *ring {
	t.Helper()
	r := &ring{t: t, store: &fakeStore{}, clock: newFakeClock()}
	o.Clock = r.clock.clock()
	r.Keyring = New(r.store, o)
	return r
}

func newFakeClock() *fakeClock {
	return &fakeClock{wall: time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC), mono: time.Hour}
}

func (r *ring) get(k key.ID, v key.VersionID) (*Version, error) {
	return r.Get(context.Background(), k, v)
}

// serves fails the test unless the answer is a version, after this many reads.
func (r *ring) serves(what string, k key.ID, v key.VersionID, reads int) *Version {
	r.t.Helper()
	version, err := r.get(k, v)
	if err != nil || version == nil {
		r.t.Fatalf("%s: got %v, %v, want a version", what, version, err)
	}
	if got := r.store.reads(); got != reads {
		r.t.Fatalf("%s: got %d reads, want %d", what, got, reads)
	}
	return version
}

// refuses fails the test unless the answer is this error, after this many reads.
func (r *ring) refuses(what string, k key.ID, v key.VersionID, want error, reads int) {
	r.t.Helper()
	version, err := r.get(k, v)
	if version != nil || !errors.Is(err, want) {
		r.t.Fatalf("%s: got %v, %v, want error %v", what, version, err, want)
	}
	if got := r.store.reads(); got != reads {
		r.t.Fatalf("%s: got %d reads, want %d", what, got, reads)
	}
}

// waiting waits until n callers wait for the current load of q.
func (r *ring) waiting(q question, n int) {
	r.t.Helper()
	r.until("callers wait", func() bool {
		r.mu.RLock()
		defer r.mu.RUnlock()
		c := r.cached[q.key]
		return c != nil && c.current[q.version] != nil && c.current[q.version].waiters == n
	})
}

// idle waits until no load of k runs.
func (r *ring) idle(k key.ID) {
	r.t.Helper()
	r.until("loads end", func() bool {
		r.mu.RLock()
		defer r.mu.RUnlock()
		c := r.cached[k]
		return c == nil || len(c.running) == 0
	})
}

func (r *ring) until(what string, is func() bool) {
	r.t.Helper()
	for range 5000 {
		if is() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	r.t.Fatalf("waited in vain: %s", what)
}

// outcome is what a Get in the background returned.
type outcome struct {
	version *Version
	err     error
}

func (r *ring) goGet(ctx context.Context, q question) <-chan outcome {
	c := make(chan outcome, 1)
	go func() {
		v, err := r.Get(ctx, q.key, q.version)
		c <- outcome{v, err}
	}()
	return c
}

// receive fails the test rather than wait forever.
func receive[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("waited in vain: %s", what)
		panic("unreachable")
	}
}

// again is the next load, which caller must wait for: he must have no answer
// before it.
func again(t *testing.T, g gate, caller <-chan outcome) *call {
	t.Helper()
	select {
	case c := <-g:
		return c
	case o := <-caller:
		t.Fatalf("got %v, %v without another load", o.version, o.err)
	case <-time.After(10 * time.Second):
		t.Fatal("waited in vain: another load")
	}
	panic("unreachable")
}

// gate is a store's answer under the control of the test: each call announces
// itself and waits for what it shall return, whatever its context does.
type gate chan *call

type call struct {
	question
	ctx    context.Context
	answer chan outcome
}

func (g gate) hook(ctx context.Context, q question) (*Version, error) {
	c := &call{q, ctx, make(chan outcome)}
	g <- c
	o := <-c.answer
	return o.version, o.err
}

// found lets the call succeed.
func (c *call) found() {
	v, err := found(c.question)
	c.answer <- outcome{v, err}
}

func (c *call) fail(err error) { c.answer <- outcome{nil, err} }
