package keyring

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
)

// storm is a store in trouble, and its truth: one key after another loses its
// only version, at a time that is known.
type storm struct {
	clock *fakeClock
	mu    sync.Mutex
	dead  map[key.ID]time.Duration // by the monotonic clock
	down  bool
}

func (s *storm) get(ctx context.Context, q question) (*Version, error) {
	s.mu.Lock()
	_, dead := s.dead[q.key]
	down := s.down
	s.mu.Unlock()
	if rand.Intn(4) == 0 { // the answer takes its time, and the world goes on
		time.Sleep(time.Duration(rand.Intn(300)) * time.Microsecond)
	}
	switch {
	case down && rand.Intn(2) == 0:
		<-ctx.Done()
		return nil, ctx.Err()
	case down:
		return nil, ErrUnavailable
	case len(q.version) > 2:
		return nil, ErrNoVersion
	case dead && q.version == "":
		return nil, ErrNoPrimary
	case dead:
		return nil, ErrVersionDestroyed
	}
	return found(q)
}

func (s *storm) now() time.Duration {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	return s.clock.mono
}

func (s *storm) destroy(k key.ID) {
	s.mu.Lock()
	s.dead[k] = 0
	s.mu.Unlock()
	now := s.now() // from now on nobody is told of it
	s.mu.Lock()
	s.dead[k] = now
	s.mu.Unlock()
}

// destroyed is for how long the version of k has been destroyed at now, at least.
func (s *storm) destroyed(k key.ID, now time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.dead[k]; at != 0 {
		return now - at
	}
	return 0
}

// Whatever happens concurrently, no version is served to a caller who comes later
// than the bound after its destruction: the TTL while the store answers, the
// grace while it does not. And all of it ends.
func TestStorm(t *testing.T) {
	for _, c := range []struct {
		name   string
		outage bool
		bound  time.Duration
		o      Options
	}{
		{"store answers", false, ttl, Options{TTL: ttl, Grace: grace}},
		{"few tokens", false, ttl, Options{TTL: ttl, Grace: grace, PerKey: Rate{Burst: 20}}},
		{"short TTL", false, frozenAge, Options{TTL: time.Millisecond, Grace: grace}},
		{"outages", true, grace, Options{TTL: ttl, Grace: grace}},
	} {
		t.Run(c.name, func(t *testing.T) { weather(t, c.outage, c.bound, c.o) })
	}
}

func weather(t *testing.T, outage bool, bound time.Duration, o Options) {
	r := newRing(t, o)
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 2*time.Millisecond)
	}
	s := &storm{clock: r.clock, dead: map[key.ID]time.Duration{}}
	r.store.answer(s.get)
	stop := make(chan struct{})
	var callers sync.WaitGroup
	for range 8 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for {
				select {
				case <-stop:
					return
				default:
					s.call(t, r, bound)
				}
			}
		}()
	}
	for n := range 200 {
		r.clock.pass(time.Duration(rand.Int63n(int64(ttl / 4))))
		if n%20 == 10 {
			s.destroy(key.ID(fmt.Sprint("k", n/20)))
		}
		s.mu.Lock()
		s.down = outage && n%100 > 20
		s.mu.Unlock()
		time.Sleep(200 * time.Microsecond)
	}
	close(stop)
	callers.Wait()
	for n := range 10 {
		r.idle(key.ID(fmt.Sprint("k", n)))
	}
}

// call is one caller, with or without patience, and what he must not get.
func (s *storm) call(t *testing.T, r *ring, bound time.Duration) {
	n := rand.Intn(10)
	k, v := key.ID(fmt.Sprint("k", n)), key.VersionID([]string{"", "v1"}[rand.Intn(2)])
	if n%2 == 0 && rand.Intn(5) == 0 { // strangers put the versions of such a key to the question
		v = key.VersionID(fmt.Sprint("bogus", rand.Intn(100)))
	}
	ctx, cancel := context.WithTimeout(background, time.Duration(rand.Intn(4000))*time.Microsecond)
	defer cancel()
	came := s.now()
	version, err := r.Get(ctx, k, v)
	switch {
	case err == nil && (version == nil || v != "" && version.ID != v):
		t.Errorf("asked for %q, got %v", v, version)
	case err == nil && s.destroyed(k, came) > bound:
		t.Errorf("%v served %v after its destruction, want at most %v", version, s.destroyed(k, came), bound)
	case err != nil && version != nil, err == errDiscarded:
		t.Errorf("got %v, %v", version, err)
	case err != nil && !Negative(err) && !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrTimeout) &&
		!errors.Is(err, ErrExhausted) && err != ctx.Err():
		t.Errorf("got %v, which is none of the errors of this package", err)
	}
}
