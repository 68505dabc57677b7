package keyring

import (
	"context"
	"errors"
	"testing"
	"time"
)

var background = context.Background()

func TestStampedeMakesOneLoad(t *testing.T) {
	const callers = 3000
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, callers)
	r.store.answer(g.hook)
	q := question{"k", "v1"}
	var got []<-chan outcome
	for range callers {
		got = append(got, r.goGet(background, q))
	}
	r.waiting(q, callers)
	receive(t, "load", g).found()
	for _, c := range got {
		if o := receive(t, "caller", c); o.err != nil {
			t.Fatal(o.err)
		}
	}
	if n := r.store.reads(); n != 1 {
		t.Errorf("got %d reads for %d callers, want 1", n, callers)
	}
}

func TestLeaderWhoLeavesDoesNotFailFollowers(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	q := question{"k", "v1"}
	ctx, cancel := context.WithCancel(background)
	leader := r.goGet(ctx, q)
	c := receive(t, "load", g)
	follower := r.goGet(background, q)
	r.waiting(q, 2)
	cancel()
	if o := receive(t, "leader", leader); o.err != context.Canceled {
		t.Errorf("leader got %v, want %v", o.err, context.Canceled)
	}
	if c.ctx.Err() != nil {
		t.Error("the load ended with its leader")
	}
	c.found()
	if o := receive(t, "follower", follower); o.err != nil {
		t.Errorf("follower got %v", o.err)
	}
}

func TestLastWaiterLeavingCancelsTheLoad(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	q := question{"k", "v1"}
	ctx, cancel := context.WithCancel(background)
	first, second := r.goGet(ctx, q), r.goGet(ctx, q)
	r.waiting(q, 2)
	c := receive(t, "load", g)
	cancel()
	receive(t, "first", first)
	receive(t, "second", second)
	receive(t, "the load's end", c.ctx.Done())

	late := r.goGet(background, q)
	fresh := receive(t, "its own load", g)
	c.fail(c.ctx.Err())
	fresh.found()
	if o := receive(t, "late caller", late); o.err != nil {
		t.Errorf("late caller got %v", o.err)
	}
	r.idle("k")
}

// A load that everybody has left must not open a window of serving stale.
func TestAbandonedLoadIsNotAFailure(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	ctx, cancel := context.WithCancel(background)
	got := r.goGet(ctx, question{"k", "v1"})
	c := receive(t, "load", g)
	cancel()
	receive(t, "caller", got)
	c.fail(ErrUnavailable)
	r.idle("k")
	r.store.answer(nil)
	r.serves("asked again", "k", "v1", 2)
}

func TestFrozenLoadIsNotJoined(t *testing.T) {
	for name, move := range map[string]func(*fakeClock){
		"wall":     func(c *fakeClock) { c.move(maxJoinAge+1, 0) },
		"mono":     func(c *fakeClock) { c.move(0, maxJoinAge+1) },
		"set back": func(c *fakeClock) { c.move(-1, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing(t, Options{TTL: ttl})
			g := make(gate, 9)
			r.store.answer(g.hook)
			q := question{"k", "v1"}
			early := r.goGet(background, q)
			frozen := receive(t, "load", g)
			r.clock.move(maxJoinAge/2, maxJoinAge/2)
			joined := r.goGet(background, q)
			r.waiting(q, 2)
			r.clock.move(-maxJoinAge/2, -maxJoinAge/2)
			move(r.clock)
			late := r.goGet(background, q)
			receive(t, "second load", g).found()
			if o := receive(t, "late caller", late); o.err != nil {
				t.Errorf("late caller got %v", o.err)
			}
			receive(t, "the frozen load's end", frozen.ctx.Done())
			if err := frozen.ctx.Err(); err != context.Canceled {
				t.Errorf("frozen load ended with %v, want %v immediately", err, context.Canceled)
			}
			frozen.fail(frozen.ctx.Err())
			r.store.answer(nil)
			for _, c := range []<-chan outcome{early, joined} {
				if o := receive(t, "early caller", c); o.err != nil {
					t.Errorf("early caller got %v", o.err)
				}
			}
		})
	}
}

// The end of a load that is not joined leaves the newer one to be joined.
func TestEndOfFrozenLoadLeavesNewer(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	q := question{"k", "v1"}
	early := r.goGet(background, q)
	frozen := receive(t, "load", g)
	r.clock.pass(maxJoinAge + 1)
	first := r.goGet(background, q)
	newer := receive(t, "second load", g)
	frozen.fail(ErrUnavailable)
	if o := receive(t, "early", early); !errors.Is(o.err, ErrUnavailable) {
		t.Errorf("early: got %v, want %v", o.err, ErrUnavailable)
	}
	second := r.goGet(background, q)
	r.waiting(q, 2)
	newer.found()
	for _, c := range []<-chan outcome{first, second} {
		if o := receive(t, "caller", c); o.err != nil {
			t.Errorf("got %v", o.err)
		}
	}
}

// An answer that began before the current confirmation does not replace it:
// here a frozen load of the version, and a later one of the primary.
func TestLatePositiveDoesNotReplaceNewer(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	early := r.goGet(background, question{"k", "v1"})
	old := receive(t, "load", g)
	r.clock.pass(2 * time.Second)
	primary := r.goGet(background, question{"k", ""})
	receive(t, "primary load", g).found()
	newer := receive(t, "primary", primary).version
	old.found()
	if o := receive(t, "early", early); o.version != newer {
		t.Errorf("got %p, want the newer answer %p", o.version, newer)
	}
	r.store.answer(nil)
	if got := r.store.reads(); got != 2 {
		t.Errorf("got %d reads, want 2: the early caller needs none of his own", got)
	}
	r.clock.pass(ttl - time.Second)
	r.serves("dated by the newer", "k", "v1", 0)
}

func TestLatePrimaryDoesNotReplaceNewerVersion(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	primary := r.goGet(background, question{"k", ""})
	old := receive(t, "primary load", g)
	r.clock.pass(2 * time.Second)
	version := r.goGet(background, question{"k", "v1"})
	receive(t, "load", g).found()
	receive(t, "version", version)
	old.found()
	receive(t, "primary", primary)
	r.store.answer(nil)
	r.store.reads()
	r.clock.pass(ttl - time.Second)
	r.serves("dated by the newer", "k", "v1", 0)
}

// A positive answer that was under way when a denial came is thrown away, and
// its callers load again.
func TestLatePositiveAfterDenialIsThrownAway(t *testing.T) {
	for name, c := range map[string]struct {
		late, denied question
		err          error
	}{
		"key denied":                {question{"k", "v1"}, question{"k", ""}, ErrKeyInactive},
		"key denied by a version":   {question{"k", ""}, question{"k", "v1"}, ErrNoKey},
		"version of a late primary": {question{"k", ""}, question{"k", "v1"}, ErrVersionScheduled},
		"perhaps the key":           {question{"k", "v1"}, question{"k", "v2"}, ErrNotUsable},
		"another version, at first": {question{"k", "v1"}, question{"k", "v2"}, ErrNoVersion},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing(t, Options{TTL: ttl})
			g := make(gate, 9)
			r.store.answer(g.hook)
			caller := r.goGet(background, c.late)
			late := receive(t, "load", g)
			denied := r.goGet(background, c.denied)
			receive(t, "denied load", g).fail(c.err)
			if o := receive(t, "denied", denied); !errors.Is(o.err, c.err) {
				t.Fatalf("got %v, want %v", o.err, c.err)
			}
			r.store.fail(ErrVersionDestroyed)
			late.found()
			if o := receive(t, "caller of the late load", caller); !errors.Is(o.err, ErrVersionDestroyed) {
				t.Errorf("got %v, %v, want what the next load says", o.version, o.err)
			}
		})
	}
}

// The frozen load of the same question, too, and within the second in which
// the other loads are spared.
func TestFrozenPositiveAfterDenialIsThrownAway(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("live", "k", "", 1)
	r.deny(question{"k", "bogus"}, ErrNoVersion)
	r.refuses("bogus", "k", "bogus", ErrNoVersion, 2)
	g := make(gate, 9)
	r.store.answer(g.hook)
	q := question{"k", "v2"}
	early := r.goGet(background, q)
	frozen := receive(t, "load", g)
	other := r.goGet(background, question{"k", "v3"})
	spared := receive(t, "other load", g)
	r.clock.move(0, maxJoinAge+1) // not joined
	r.mu.Lock()
	r.cached["k"].invalidated = r.now()
	r.mu.Unlock()
	late := r.goGet(background, q)
	receive(t, "second load", g).fail(ErrNoVersion)
	receive(t, "its second look", g).fail(ErrNoVersion)
	receive(t, "late", late)
	frozen.found()
	if o := receive(t, "early", early); !errors.Is(o.err, ErrNoVersion) {
		t.Errorf("got %v, %v, want %v", o.version, o.err, ErrNoVersion)
	}
	if spared.ctx.Err() != nil {
		t.Error("a version that was never there stopped the load of another")
	}
	spared.found()
	if o := receive(t, "other", other); o.err != nil {
		t.Errorf("other version: got %v", o.err)
	}
}

// A store that answers is not one in an outage: when all its answers are thrown
// away the TTL is the bound, not the grace, and no window opens.
func TestThrownAwayAgainAndAgain(t *testing.T) {
	for _, beyond := range []bool{false, true} {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.serves("cold", "k", "v1", 1)
		r.expire(question{"k", "v1"})
		if beyond {
			r.clock.pass(ttl + 1)
		}
		r.store.answer(func(_ context.Context, q question) (*Version, error) {
			r.mu.Lock()
			r.cached["k"].discard(func(*load) bool { return true })
			r.mu.Unlock()
			return found(q)
		})
		for range 2 {
			if beyond {
				r.refuses("beyond the TTL", "k", "v1", ErrUnavailable, maxLoads)
			} else {
				r.serves("suspect, within the TTL", "k", "v1", maxLoads)
			}
		}
	}
}

// The denial of what was held is news at any time: a yes from before it is asked
// for again.
func TestDenialOfCachedVersionInvalidatesAllLoads(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("held", "k", "v1", 1)
	r.deny(question{"k", "bogus"}, ErrVersionDestroyed)
	r.refuses("begins the spared second, v1 is suspect", "k", "bogus", ErrVersionDestroyed, 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	other := r.goGet(background, question{"k", "v3"})
	stopped := receive(t, "other load", g)
	held := r.goGet(background, question{"k", "v1"})
	receive(t, "load", g).fail(ErrVersionDestroyed)
	receive(t, "held", held)
	stopped.found()
	again(t, g, other).found()
	if o := receive(t, "other", other); o.err != nil {
		t.Errorf("other: got %v", o.err)
	}
}
