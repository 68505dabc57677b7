package keyring

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// generational is a fakeStore with a generation.
type generational struct {
	*fakeStore
	number atomic.Uint64
	fails  atomic.Bool
	checks atomic.Int64
	block  chan struct{} // if not nil, a check waits for it
}

func (s *generational) Generation(ctx context.Context) (uint64, error) {
	s.checks.Add(1)
	if s.block != nil {
		<-s.block
	}
	if _, ok := ctx.Deadline(); !ok {
		return 0, errors.New("no deadline")
	}
	if s.fails.Load() {
		return 0, errors.New("not now")
	}
	return s.number.Load(), nil
}

func newGenerationalRing(t *testing.T, o Options) (*ring, *generational) {
	t.Helper()
	r := &ring{t: t, store: &fakeStore{}, clock: newFakeClock()}
	s := &generational{fakeStore: r.store}
	o.Clock = r.clock.clock()
	r.Keyring = New(s, o)
	return r, s
}

func TestNewGenerationDropsEverything(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl, Grace: grace, PerKey: Rate{Burst: 2}})
	r.serves("positive", "k", "", 1)
	r.store.fail(ErrNoVersion)
	r.refuses("negative", "other", "v2", ErrNoVersion, 1)
	r.store.fail(nil)
	s.number.Add(1)
	r.clock.pass(generationEvery - 1)
	r.serves("not checked yet", "k", "", 0)
	r.refuses("not checked yet", "other", "v2", ErrNoVersion, 0)
	r.clock.pass(1)
	r.serves("positive", "k", "", 1)
	r.serves("negative", "other", "v2", 1)
	if r.size != 3 {
		t.Errorf("counted %d entries, want 3", r.size)
	}
	r.serves("the limit stays", "k", "v2", 1)
	r.refuses("the limit stays", "k", "v3", ErrExhausted, 0)
	s.number.Add(1)
	r.clock.pass(generationEvery)
	r.store.fail(ErrUnavailable)
	r.refuses("nothing stale of an old generation", "other", "v2", ErrUnavailable, 1)
	if got := s.checks.Load(); got != 3 {
		t.Errorf("got %d checks, want 3", got)
	}
}

func TestSameGenerationKeepsEverything(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "", 1)
	for range 5 {
		r.clock.pass(generationEvery)
		r.serves("same", "k", "", 0)
	}
	if got := s.checks.Load(); got != 6 {
		t.Errorf("got %d checks, want 6", got)
	}
}

// A generation is another number, also if it is a lower one.
func TestGenerationThatGoesBackDropsEverything(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl, Grace: grace})
	s.number.Store(7)
	r.serves("cold", "k", "", 1)
	r.store.fail(ErrNoKey)
	r.refuses("negative", "other", "", ErrNoKey, 1)
	s.number.Store(6)
	r.clock.pass(generationEvery)
	r.refuses("positive", "k", "", ErrNoKey, 1)
	r.store.fail(nil)
	r.serves("negative", "other", "", 1)
}

// A check that hung from before a change tells of the old number after the
// new one: that drops once more than it need, and keeps nothing.
func TestLateGenerationKeepsNothing(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "", 1)
	s.number.Store(8)
	r.clock.pass(generationEvery)
	r.serves("seen", "k", "", 1)
	r.seen.running++
	late := &lateGeneration{7}
	r.generation = late
	r.takeGeneration(background)
	r.generation = s
	r.serves("dropped for it", "k", "", 1)
	r.clock.pass(generationEvery)
	r.serves("and for the new number again", "k", "", 1)
}

type lateGeneration struct{ number uint64 }

func (g lateGeneration) Generation(context.Context) (uint64, error) { return g.number, nil }

func TestUnknownGenerationKeepsEverything(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "", 1)
	s.fails.Store(true)
	s.number.Add(1)
	r.clock.pass(generationEvery)
	r.serves("unknown", "k", "", 0)
	r.clock.pass(ttl)
	r.store.fail(ErrUnavailable)
	r.serves("grace", "k", "", 1)
	r.store.fail(nil)
	s.fails.Store(false)
	r.clock.pass(generationEvery)
	r.serves("known, and another", "k", "", 1)
}

// What was loaded before the first generationState may be older than it.
func TestFirstSightingDropsEverything(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	s.fails.Store(true)
	r.serves("unknown", "k", "", 1)
	s.fails.Store(false)
	r.clock.pass(generationEvery)
	r.serves("known", "k", "", 1)
}

func TestLoadOfOldGenerationIsThrownAway(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", "v1"})
	old := receive(t, "load", g)
	s.number.Add(1)
	r.clock.pass(generationEvery)
	other := r.goGet(background, question{"other", "v1"})
	receive(t, "other load", g).found()
	receive(t, "other", other)
	r.store.fail(ErrVersionDestroyed)
	old.found()
	if o := receive(t, "caller", caller); !errors.Is(o.err, ErrVersionDestroyed) {
		t.Errorf("got %v, %v, want what the next load says", o.version, o.err)
	}
}

func TestOneCallerChecks(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "", 1)
	s.block = make(chan struct{})
	r.clock.pass(generationEvery)
	before := s.checks.Load()
	checking := r.goGet(background, question{"k", ""})
	r.until("a check begins", func() bool { return s.checks.Load() == before+1 })
	var others sync.WaitGroup
	for range 100 {
		others.Add(1)
		go func() {
			defer others.Done()
			r.get("k", "")
		}()
	}
	others.Wait() // they do not wait for the check
	if got := s.checks.Load(); got != before+1 {
		t.Errorf("got %d checks, want 1", got-before)
	}
	r.clock.pass(generationEvery) // as after a freeze: the next one does not wait either
	next := r.goGet(background, question{"k", ""})
	r.until("the next check begins", func() bool { return s.checks.Load() == before+2 })
	close(s.block)
	receive(t, "first", checking)
	receive(t, "next", next)
}

func TestCheckIsClaimedOnce(t *testing.T) {
	r, _ := newGenerationalRing(t, Options{})
	if first, second := r.claimCheck(generationEvery), r.claimCheck(generationEvery); !first || second {
		t.Errorf("got claims %v, %v, want true, false", first, second)
	}
}

func TestCallerDoesNotSpoilTheCheck(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "", 1)
	s.number.Add(1)
	r.clock.pass(generationEvery)
	ctx, cancel := context.WithDeadline(background, time.Now().Add(-time.Hour))
	defer cancel()
	r.Get(ctx, "k", "")
	r.serves("dropped by the caller who had left", "k", "", 1)
}
