package keyring

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
)

// hang makes the store's driver ignore its context until it is released, and
// deadlines come after a millisecond.
func (r *ring) hang() (release func()) {
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Millisecond)
	}
	r.after = func(time.Duration) <-chan time.Time { return time.After(time.Millisecond) }
	c := make(chan struct{})
	r.store.answer(func(_ context.Context, q question) (*Version, error) {
		<-c
		return found(q)
	})
	return func() { close(c) }
}

// The second of an attempt is ours to end, whatever the driver does.
func TestDriverThatHangsIsAnOutage(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("before", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	release := r.hang()
	r.serves("stale", "k", "v1", 1)
	r.serves("stale, within the window", "k", "v1", 0)
	r.refuses("unknown", "other", "v1", ErrTimeout, 1)
	release()
	r.store.answer(nil)
	r.clock.pass(retryAfter)
	r.serves("after it", "k", "v1", 1)
}

// A driver whose context has ended has a moment to say why.
func TestDriverThatReturnsAfterItsTime(t *testing.T) {
	cause := errors.New("no route to host")
	r := newRing(t, Options{TTL: ttl})
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Millisecond)
	}
	r.store.answer(func(ctx context.Context, _ question) (*Version, error) {
		<-ctx.Done()
		return nil, cause
	})
	if _, err := r.get("k", "v1"); !errors.Is(err, ErrTimeout) || err.Error() != ErrTimeout.Error()+": "+cause.Error() {
		t.Errorf("got %v, want %v: %v", err, ErrTimeout, cause)
	}
}

// However many questions a driver never returns from, what it holds is bounded;
// half of that is for what is in use. Then the answer is there immediately, and once
// the driver returns all is well.
func TestDriverThatNeverReturns(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace, PerKey: Rate{1 << 30, 1 << 30},
		PerInstance: Rate{1 << 30, 1 << 30}})
	const known = maxCalls/2 + 10
	version := func(n int) key.VersionID { return key.VersionID(fmt.Sprint("v", n)) }
	for n := range known {
		r.serves("before", "k", version(n), 1)
	}
	r.clock.pass(ttl + 1)
	before := runtime.NumGoroutine()
	release := r.hang()
	each(maxCalls, func(n int) { r.get("k", key.VersionID(fmt.Sprint("made up", n))) })
	if got := r.store.reads(); got != maxCalls/2 {
		t.Errorf("got %d reads of what was never answered, want %d", got, maxCalls/2)
	}
	each(known, func(n int) { r.get("k", version(n)) })
	if got := r.store.reads(); got != maxCalls/2 {
		t.Errorf("got %d reads of what is in use, want %d", got, maxCalls/2)
	}
	r.refuses("never answered", "k", "new", ErrUnavailable, 0)
	r.clock.pass(retryAfter)
	r.serves("stale, immediately", "k", "v1", 0)
	if got := runtime.NumGoroutine() - before; got > maxCalls+10 {
		t.Errorf("%d goroutines more than before, want %d", got, maxCalls)
	}
	release()
	r.store.answer(nil)
	r.until("they return", func() bool { return runtime.NumGoroutine() <= before+10 })
	r.serves("never answered", "k", "new", 1)
	r.clock.pass(retryAfter)
	r.serves("in use", "k", "v1", 1)
}

// each calls ask with each number below n, for many callers concurrently.
func each(n int, ask func(int)) {
	var callers sync.WaitGroup
	for i := range n {
		callers.Add(1)
		go func() {
			defer callers.Done()
			ask(i)
		}()
	}
	callers.Wait()
}

func TestGenerationThatHangs(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "", 1)
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Millisecond)
	}
	s.block = make(chan struct{})
	for range 5 * maxChecks {
		r.clock.pass(generationEvery)
		r.serves("while it hangs", "k", "", 0)
	}
	if got := s.checks.Load() - 1; got != maxChecks {
		t.Errorf("got %d checks that hang, want %d", got, maxChecks)
	}
	s.number.Add(1)
	close(s.block)
	r.until("they return", func() bool {
		r.mu.RLock()
		defer r.mu.RUnlock()
		return r.seen.running == 0
	})
	r.clock.pass(generationEvery)
	r.serves("dropped", "k", "", 1)
	if got := s.checks.Load() - 1; got != maxChecks+1 {
		t.Errorf("got %d checks after it, want %d", got, maxChecks+1)
	}
}

type panickingGeneration struct{ *fakeStore }

func (panickingGeneration) Generation(context.Context) (uint64, error) { panic("driver") }

func TestGenerationThatPanicsIsUnknown(t *testing.T) {
	r := &ring{t: t, store: &fakeStore{}, clock: newFakeClock()}
	r.Keyring = New(panickingGeneration{r.store}, Options{TTL: ttl, Clock: r.clock.clock()})
	for n := range 2 * maxChecks {
		r.serves("whatever the generation", "k", "", max(0, 1-n))
		r.clock.pass(generationEvery)
	}
}

// However a load ends, nothing of it goes on.
func TestNothingKeepsRunning(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	before := runtime.NumGoroutine()
	wait := func(ctx context.Context, _ question) (*Version, error) { <-ctx.Done(); return nil, ctx.Err() }
	for range 20 {
		for _, hook := range []func(context.Context, question) (*Version, error){
			wait,
			func(context.Context, question) (*Version, error) { panic("driver") },
			func(context.Context, question) (*Version, error) { runtime.Goexit(); return nil, nil },
			func(context.Context, question) (*Version, error) { return nil, ErrVersionDestroyed },
			func(_ context.Context, q question) (*Version, error) { return found(q) },
		} {
			r.store.answer(hook)
			ctx, cancel := context.WithTimeout(background, time.Millisecond)
			r.Get(ctx, "k", "v1")
			cancel()
			r.clock.pass(ttl)
		}
	}
	r.idle("k")
	r.until("goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}
