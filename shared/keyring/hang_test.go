package keyring

import (
	"context"
	"testing"
	"time"
)

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
