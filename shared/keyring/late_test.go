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
func TestLateNegativeIsNotOverheard(t *testing.T) {
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

// And if it does not answer then, what it said no to is not served stale.
func TestNoGraceAfterANegativeThatWasThrownAway(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.serves("cold", "k", "v2", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", "v1"})
	late := receive(t, "load", g)
	other := r.goGet(background, question{"k", "v2"})
	receive(t, "other load", g).fail(ErrVersionDestroyed) // discards the first
	receive(t, "other", other)
	r.store.fail(ErrUnavailable)
	late.fail(ErrVersionDestroyed)
	if o := receive(t, "caller", caller); !errors.Is(o.err, ErrUnavailable) {
		t.Errorf("got %v, %v, want %v", o.version, o.err, ErrUnavailable)
	}
}

// Whoever knows the ids of many destroyed versions keeps no primary version
// from being loaded.
func TestDenialsDoNotStarveThePrimary(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("live", "k", "", 1)
	r.deny(question{"k", "old"}, ErrVersionDestroyed)
	r.refuses("begins the spared second", "k", "old", ErrVersionDestroyed, 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", ""})
	primary := receive(t, "load", g)
	for n := range 20 {
		v := key.VersionID(fmt.Sprint("old", n))
		denied := r.goGet(background, question{"k", v})
		receive(t, "denied load", g).fail(ErrVersionDestroyed)
		receive(t, "denied", denied)
	}
	if primary.ctx.Err() != nil {
		t.Error("the load of the primary version was stopped")
	}
	primary.found()
	if o := receive(t, "caller", caller); o.err != nil || len(g) != 0 {
		t.Errorf("got %v after %d more loads, want a version after none", o.err, len(g))
	}
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

// A no that may be about the whole key stops the loads of all its versions,
// also in the second in which they are spared for the sake of others.
func TestDenialOfKeyStopsAllLoadsAtAnyTime(t *testing.T) {
	for _, denial := range []error{ErrKeyInactive, ErrNoKey, ErrDenied, ErrNotUsable} {
		r := newRing(t, Options{TTL: ttl})
		r.serves("live", "k", "v0", 1)
		r.deny(question{"k", "old"}, ErrVersionDestroyed)
		r.refuses("begins the spared second", "k", "old", ErrVersionDestroyed, 1)
		g := make(gate, 9)
		r.store.answer(g.hook)
		caller := r.goGet(background, question{"k", "v1"})
		late := receive(t, "load", g)
		r.store.fail(denial)
		r.refuses("the key", "k", "v2", denial, 2)
		late.found()
		if o := receive(t, "caller", caller); !errors.Is(o.err, denial) {
			t.Errorf("%v: got %v, %v, want what the next load says", denial, o.version, o.err)
		}
	}
}

// Loads that overtake each other do not make their callers ask for ever: the
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
func TestHeldVersionGetsNoSecondLook(t *testing.T) {
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
func TestDoubtsByTheClock(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("primary", "k", "", 1)
	r.serves("v2", "k", "v2", 1)
	r.deny(question{"k", "gone"}, ErrVersionDestroyed)
	r.refuses("gone", "k", "gone", ErrVersionDestroyed, 1)
	for _, v := range []key.VersionID{"", "v2"} {
		r.serves("asked again", "k", v, 1)
	}
	r.clock.pass(doubtEvery - 1)
	r.deny(question{"k", "gone2"}, ErrVersionDestroyed)
	r.refuses("gone2", "k", "gone2", ErrVersionDestroyed, 1)
	r.serves("spared", "k", "v2", 0)
	r.clock.move(-time.Second, 0)
	r.serves("set back: expired", "k", "v2", 1)
	r.deny(question{"k", "gone3"}, ErrVersionDestroyed)
	r.refuses("gone3", "k", "gone3", ErrVersionDestroyed, 1)
	r.serves("set back: no longer spared", "k", "v2", 1)
}
