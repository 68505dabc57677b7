package keyring

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"rekey/shared/key"
)

// A no whose question was asked before the present answer came may be out of
// date, or be the news. The question is asked again.
func TestLateNegativeIsNotIgnored(t *testing.T) {
	for _, denial := range []error{ErrVersionDestroyed, ErrNoVersion, ErrKeyInactive, ErrNotUsable} {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		g := make(gate, 9)
		r.store.answer(g.hook)
		early := r.goGet(background, question{"k", "v1"})
		late := receive(t, "load", g)
		primary := r.goGet(background, question{"k", ""})
		receive(t, "primary load", g).found()
		receive(t, "primary", primary)
		late.fail(denial)
		again(t, g, early).fail(ErrVersionScheduled)
		if o := receive(t, "early", early); !errors.Is(o.err, ErrVersionScheduled) {
			t.Errorf("%v: got %v, %v, want what the next load says", denial, o.version, o.err)
		}
	}
}

// A negative answer that was asked for before another one is served.
func TestInvalidatedNegativeIsStillServed(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.serves("cold", "k", "v2", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", "v1"})
	late := receive(t, "load", g)
	other := r.goGet(background, question{"k", "v2"})
	receive(t, "other load", g).fail(ErrVersionDestroyed) // invalidates the first
	receive(t, "other", other)
	r.store.fail(ErrUnavailable)
	late.fail(ErrVersionDestroyed)
	if o := receive(t, "caller", caller); !errors.Is(o.err, ErrVersionDestroyed) {
		t.Errorf("got %v, %v, want %v", o.version, o.err, ErrVersionDestroyed)
	}
	r.clock.pass(negativeTTL)
	r.store.reads()
	r.refuses("and not served stale", "k", "v1", ErrUnavailable, 1)
}

// If what was thrown away says no and the store is away then, nothing is served
// stale either.
func TestNoGraceAfterANegativeThatWasThrownAway(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", "v1"})
	late := receive(t, "load", g)
	primary := r.goGet(background, question{"k", ""})
	receive(t, "primary load", g).found() // confirms v1 later
	receive(t, "primary", primary)
	r.store.fail(ErrUnavailable)
	late.fail(ErrVersionDestroyed)
	if o := receive(t, "caller", caller); !errors.Is(o.err, ErrUnavailable) {
		t.Errorf("got %v, %v, want %v", o.version, o.err, ErrUnavailable)
	}
}

// Anyone who asks for versions that are refused, few or many, and however the
// store says so, keeps no other from being served by a store that is slow.
func TestDenialsStarveNobody(t *testing.T) {
	for _, denial := range []error{ErrVersionDestroyed, ErrVersionScheduled, ErrNoVersion, ErrNotUsable,
		ErrDenied, ErrNoKey, ErrKeyInactive, ErrNoPrimary} {
		for _, ttl := range []time.Duration{ttl, 0} {
			for _, warm := range []bool{true, false} {
				t.Run(fmt.Sprint(denial, ttl, warm), func(t *testing.T) { starve(t, denial, ttl, warm) })
			}
		}
	}
}

// starve has ten noes come in the course of each load of a primary version, and
// more than a second pass.
func starve(t *testing.T, denial error, ttl time.Duration, warm bool) {
	r := newRing(t, Options{TTL: ttl, PerKey: Rate{1000, 1000}, PerInstance: Rate{1000, 1000}})
	if warm {
		r.serves("live", "k", "", 1)
		r.clock.pass(ttl + 1)
	}
	g := make(gate, 9)
	r.store.answer(func(ctx context.Context, q question) (*Version, error) {
		if q.version != "" {
			return nil, denial
		}
		return g.hook(ctx, q)
	})
	caller := r.goGet(background, question{"k", ""})
	for n := range maxLoads {
		var load *call
		select {
		case load = <-g:
		case o := <-caller:
			if o.err != nil || n == 0 {
				t.Errorf("got %v, %v after %d loads", o.version, o.err, n)
			}
			return
		case <-time.After(10 * time.Second):
			t.Fatal("waited in vain")
		}
		for m := range 10 {
			if _, err := r.get("k", key.VersionID(fmt.Sprint("old", n, "of", m))); !errors.Is(err, denial) {
				t.Fatalf("got %v, want %v", err, denial)
			}
			r.clock.pass(invalidateEvery / 8)
		}
		load.found()
	}
	t.Errorf("not served after %d loads", maxLoads)
}

// But it does not bring a version that was denied meanwhile.
func TestLatePrimaryDoesNotBringWhatWasDenied(t *testing.T) {
	for _, denial := range []error{ErrVersionDestroyed, ErrVersionScheduled, ErrNoVersion} {
		r := newRing(t, Options{TTL: ttl})
		r.serves("live", "k", "v0", 1)
		r.deny(question{"k", "old"}, ErrVersionDestroyed)
		r.refuses("begins the spared second", "k", "old", ErrVersionDestroyed, 1)
		g := make(gate, 9)
		r.store.answer(g.hook)
		caller := r.goGet(background, question{"k", ""})
		primary := receive(t, "load", g)
		r.store.fail(denial)
		if _, err := r.get("k", "v1"); !errors.Is(err, denial) {
			t.Fatalf("got %v, want %v", err, denial)
		}
		r.store.fail(ErrNoPrimary)
		primary.found() // v1
		if o := receive(t, "caller", caller); !errors.Is(o.err, ErrNoPrimary) {
			t.Errorf("%v: got %v, %v, want what the next load says", denial, o.version, o.err)
		}
	}
}

// Who comes after a no does not wait for what was asked for before it.
func TestInvalidatedLoadIsNotJoined(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	g := make(gate, 9)
	r.store.answer(g.hook)
	early := r.goGet(background, question{"k", "v1"})
	before := receive(t, "load", g)
	denied := r.goGet(background, question{"k", "v2"})
	receive(t, "denied load", g).fail(ErrNotUsable)
	receive(t, "denied", denied)
	late := r.goGet(background, question{"k", "v1"})
	again(t, g, late).found()
	if o := receive(t, "late", late); o.err != nil {
		t.Errorf("late: got %v", o.err)
	}
	before.found()
	if o := receive(t, "early", early); o.err != nil || len(g) != 0 {
		t.Errorf("early: got %v and %d more loads, want the later answer", o.err, len(g))
	}
}

// A no that is about the whole key stops the loads of all its versions, also in
// the second in which they are spared for the sake of others.
func TestDenialOfKeyStopsAllLoadsAtAnyTime(t *testing.T) {
	for _, denial := range []error{ErrKeyInactive, ErrNoKey, ErrDenied} {
		r := newRing(t, Options{TTL: ttl})
		late, caller := r.withinTheSecond(denial)
		late.found()
		if o := receive(t, "caller", caller); !errors.Is(o.err, denial) {
			t.Errorf("%v: got %v, %v, want what the next load says", denial, o.version, o.err)
		}
	}
}

// One that may concern only another version counts, too: what is from before
// it is served for the rest of its second, and not for a TTL.
func TestDenialWithinTheSecondCountsAfterIt(t *testing.T) {
	for _, denial := range []error{ErrNotUsable, ErrVersionDestroyed, ErrNoPrimary} {
		r := newRing(t, Options{TTL: ttl})
		late, caller := r.withinTheSecond(denial)
		late.found()
		if o := receive(t, "caller", caller); o.err != nil {
			t.Errorf("%v: got %v", denial, o.err)
		}
		for _, v := range []key.VersionID{"v0", "v1"} {
			r.serves("within the second", "k", v, 0)
		}
		r.clock.pass(invalidateEvery + 1)
		for _, v := range []key.VersionID{"v0", "v1"} {
			r.refuses("after it", "k", v, denial, 1)
		}
	}
}

// withinTheSecond has the store refuse all with a no, a moment after another no,
// while a load of v1 is under way from before.
func (r *ring) withinTheSecond(denial error) (late *call, caller <-chan outcome) {
	r.t.Helper()
	r.serves("live", "k", "v0", 1)
	r.deny(question{"k", "old"}, ErrVersionDestroyed)
	r.refuses("begins the spared second", "k", "old", ErrVersionDestroyed, 1)
	r.serves("confirmed", "k", "v0", 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller = r.goGet(background, question{"k", "v1"})
	late = receive(r.t, "load", g)
	r.store.fail(denial)
	r.store.reads()
	r.refuses("the key", "k", "v2", denial, 1)
	return late, caller
}

// Loads that overtake each other do not make their callers ask forever: the
// later answer serves both, with a TTL of 0, too.
func TestOvertakenLoadIsServedByTheLater(t *testing.T) {
	r := newRing(t, Options{})
	g := make(gate, 9)
	r.store.answer(g.hook)
	version := r.goGet(background, question{"k", "v1"})
	early := receive(t, "load", g)
	primary := r.goGet(background, question{"k", ""})
	receive(t, "primary load", g).found()
	later := receive(t, "primary", primary).version
	early.found()
	if o := receive(t, "version", version); o.version != later || len(g) != 0 {
		t.Errorf("got %v, %v and %d more loads, want the later answer", o.version, o.err, len(g))
	}
}

// A second look is for what is new. What was held is gone when the store says
// so, and nothing that fails after that brings it back.
func TestCachedVersionGetsNoSecondRead(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("live", "k", "", 1)
	r.clock.pass(ttl + 1)
	asked := 0
	r.store.answer(func(context.Context, question) (*Version, error) {
		if asked++; asked == 1 {
			return nil, ErrNoVersion
		}
		return nil, ErrUnavailable
	})
	r.refuses("gone", "k", "v1", ErrNoVersion, 1)
	r.clock.pass(negativeTTL)
	r.refuses("and not served in an outage", "k", "v1", ErrUnavailable, 1)
}

// The others are doubted at most once a second, by a clock that goes forward.
func TestInvalidatesByTheClock(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("primary", "k", "", 1)
	r.serves("v2", "k", "v2", 1)
	r.deny(question{"k", "gone"}, ErrVersionDestroyed)
	r.refuses("gone", "k", "gone", ErrVersionDestroyed, 1)
	for _, v := range []key.VersionID{"", "v2"} {
		r.serves("asked again", "k", v, 1)
	}
	r.clock.pass(invalidateEvery - 1)
	r.deny(question{"k", "gone2"}, ErrVersionDestroyed)
	r.refuses("gone2", "k", "gone2", ErrVersionDestroyed, 1)
	r.serves("spared", "k", "v2", 0)
	r.clock.move(-time.Second, 0)
	r.serves("set back: expired", "k", "v2", 1)
	r.deny(question{"k", "gone3"}, ErrVersionDestroyed)
	r.refuses("gone3", "k", "gone3", ErrVersionDestroyed, 1)
	r.serves("set back: no longer spared", "k", "v2", 1)
}
