package keyring

import (
	"context"
	"errors"
	"testing"
	"time"

	"rekey/shared/key"
)

func TestFreshUntilTTL(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl)
	r.serves("at TTL", "k", "v1", 0)
	r.clock.pass(1)
	r.serves("after TTL", "k", "v1", 1)
}

// The age counts from the start of the read, not from its end.
func TestAgeCountsFromStartOfRead(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.store.answer(func(_ context.Context, q question) (*Version, error) {
		r.clock.pass(2 * time.Second)
		return found(q)
	})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl - 2*time.Second)
	r.serves("TTL after the start", "k", "v1", 0)
	r.clock.pass(1)
	r.serves("more than that", "k", "v1", 1)
}

func TestZeroTTLConfirmsEveryUse(t *testing.T) {
	r := newRing(t, Options{})
	r.serves("first", "k", "v1", 1)
	r.serves("second", "k", "v1", 1)
	r.store.fail(ErrUnavailable)
	r.refuses("outage", "k", "v1", ErrUnavailable, 1)
}

func TestPrimaryConfirmsVersionButNotTheReverse(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("primary", "k", "", 1)
	r.serves("its version", "k", "v1", 0)
	r.serves("a version", "other", "v1", 1)
	r.serves("its key's primary", "other", "", 1)

	r.clock.pass(ttl / 2)
	r.clock.pass(ttl/2 + 1)
	r.serves("expired version", "k", "v1", 1)
	r.serves("primary is not confirmed by it", "k", "", 1)
}

func TestPrimaryAnswerRenewsVersion(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("version", "k", "v1", 1)
	r.clock.pass(ttl)
	r.serves("primary", "k", "", 1)
	r.clock.pass(ttl)
	r.serves("version, renewed", "k", "v1", 0)
}

func TestAgeIsTheLargerOfBothClocks(t *testing.T) {
	for name, move := range map[string]func(*fakeClock){
		"only wall goes on":    func(c *fakeClock) { c.move(ttl+1, 0) },
		"only mono goes on":    func(c *fakeClock) { c.move(0, ttl+1) },
		"wall stepped forward": func(c *fakeClock) { c.move(24*time.Hour, time.Millisecond) },
		"wall stepped back":    func(c *fakeClock) { c.move(-1, time.Millisecond) },
		"wall far back":        func(c *fakeClock) { c.move(-200*365*24*time.Hour, time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing(t, Options{TTL: ttl})
			r.serves("cold", "k", "v1", 1)
			move(r.clock)
			r.serves("after", "k", "v1", 1)
			r.serves("confirmed", "k", "v1", 0)
		})
	}
}

// A clock set back dates nothing, so the grace does not hold either.
func TestClockSetBackEndsGrace(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.move(-time.Second, time.Second)
	r.store.fail(ErrUnavailable)
	r.refuses("outage", "k", "v1", ErrUnavailable, 1)
}

// The wall clock of a Time with a monotonic part is still the wall's.
func TestMonotonicPartIsStripped(t *testing.T) {
	r := New(&fakeStore{}, Options{Clock: Clock{Wall: time.Now}})
	if s := r.now(); s.wall != s.wall.Round(0) {
		t.Errorf("stamp has a monotonic part: %v", s.wall)
	}
	if s := New(&fakeStore{}, Options{}).now(); s.wall != s.wall.Round(0) {
		t.Errorf("system stamp has a monotonic part: %v", s.wall)
	}
}

func TestZeroStampIsOlderThanAnything(t *testing.T) {
	for _, wall := range []time.Time{time.Unix(0, 0), time.Now(), time.Now().AddDate(1000, 0, 0)} {
		if got := (stamp{}).age(stamp{wall, 0}); got != expired {
			t.Errorf("age at %v: got %v, want %v", wall, got, expired)
		}
	}
}

func TestAllowList(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Allow: []key.ID{"k"}})
	r.serves("on the list", "k", "", 1)
	r.refuses("not on the list", "other", "", ErrNoKey, 0)
	r.refuses("not on the list", "other", "v1", ErrNoKey, 0)
}

func TestEndedContextOfCaller(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Get(ctx, "k", "v1"); err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if got := r.begun; got != 0 {
		t.Errorf("got %d loads for a caller who has left, want 0", got)
	}
	r.serves("held", "k", "v1", 1)
	if v, err := r.Get(ctx, "k", "v1"); v == nil || err != nil {
		t.Errorf("got %v, %v, want the fresh answer", v, err)
	}
}

func TestWrongAnswerIsNotAnAnswer(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	for _, q := range []question{{"other", "v1"}, {"k", "v2"}} {
		r.store.answer(func(context.Context, question) (*Version, error) { return found(q) })
		r.refuses("another version", "k", "v1", ErrUnavailable, 1)
	}
	r.store.fail(errors.New("wire cut"))
	r.refuses("unknown error", "k", "v1", ErrUnavailable, 1)
	r.store.answer(func(context.Context, question) (*Version, error) { return nil, nil })
	r.refuses("nothing at all", "k", "v1", ErrUnavailable, 1)
	r.store.answer(func(context.Context, question) (*Version, error) { return &Version{KeyID: "k", ID: "v1"}, nil })
	r.refuses("without a key in it", "k", "v1", ErrUnavailable, 1)
}
