package keyring

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rekey/shared/key"
)

// deny makes the store refuse one question and answer the others.
func (r *ring) deny(denied question, err error) {
	r.store.answer(func(_ context.Context, q question) (*Version, error) {
		if q == denied {
			return nil, fmt.Errorf("reading key version: %w", err)
		}
		return found(q)
	})
}

// expire makes the entry of one question suspect, so that it is asked for.
func (r *ring) expire(q question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.cached[q.key]
	c.entries[q.version] = c.entries[q.version].invalidated(never)
}

func TestNegativeIsKeptTwoSeconds(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.store.fail(ErrNoKey)
	r.refuses("first", "k", "", ErrNoKey, 1)
	r.store.fail(nil)
	r.clock.pass(negativeTTL / 2)
	r.refuses("kept", "k", "", ErrNoKey, 0)
	r.clock.pass(negativeTTL/2 - 1)
	r.refuses("not extended by use", "k", "", ErrNoKey, 0)
	r.clock.pass(1)
	r.serves("after 2 s", "k", "", 1)
}

func TestNegativeImmediatelyAndNoGraceAfterIt(t *testing.T) {
	for _, denial := range []error{ErrNoKey, ErrDenied, ErrNoVersion, ErrKeyInactive,
		ErrVersionScheduled, ErrVersionDestroyed, ErrNotUsable} {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.serves("cold", "k", "v1", 1)
		r.clock.pass(ttl + 1)
		r.deny(question{"k", "v1"}, denial)
		r.refuses(denial.Error(), "k", "v1", denial, 1)
		r.store.fail(ErrUnavailable)
		r.clock.pass(negativeTTL)
		r.refuses("outage after it", "k", "v1", ErrUnavailable, 1)
	}
}

// What is denied by its id is no longer served as the primary version.
func TestDeniedVersionIsNotPrimary(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("primary", "k", "", 1)
	r.expire(question{"k", "v1"})
	r.deny(question{"k", "v1"}, ErrVersionScheduled)
	r.refuses("by id", "k", "v1", ErrVersionScheduled, 1)
	r.store.fail(ErrUnavailable)
	r.refuses("primary, in an outage", "k", "", ErrUnavailable, 1)
}

func TestDenialOfPrimaryLeavesVersions(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("primary", "k", "", 1)
	r.expire(question{"k", ""})
	r.deny(question{"k", ""}, ErrNoPrimary)
	r.refuses("primary", "k", "", ErrNoPrimary, 1)
	r.serves("its version, confirmed again", "k", "v1", 1)
	r.serves("and fresh", "k", "v1", 0)
}

// A denial of the key takes every version with it, those within grace too.
func TestDenialOfKeyRemovesAll(t *testing.T) {
	for _, denial := range []error{ErrNoKey, ErrDenied, ErrKeyInactive} {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.serves("primary", "k", "", 1)
		r.serves("v2", "k", "v2", 1)
		r.serves("another key", "other", "v1", 1)
		r.deny(question{"k", "v3"}, denial)
		r.refuses("v3", "k", "v3", denial, 1)
		r.serves("another key", "other", "v1", 0)
		r.store.fail(ErrUnavailable)
		for _, v := range []key.VersionID{"", "v1", "v2"} {
			r.refuses("in an outage", "k", v, ErrUnavailable, 1)
		}
	}
}

// A denial of one version makes the others of its key suspect, at most once a
// second: asking for versions that do not exist does not switch the cache off.
func TestDenialInvalidatesOthersOncePerSecond(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("v1", "k", "v1", 1)
	r.serves("another key", "other", "v1", 1)
	r.store.answer(func(_ context.Context, q question) (*Version, error) {
		if len(q.version) > 2 {
			return nil, ErrNoVersion
		}
		return found(q)
	})
	for n, confirms := range []int{1, 0, 1} {
		r.refuses("bogus", "k", key.VersionID(fmt.Sprint("bogus", n)), ErrNoVersion, 2)
		r.serves("v1 after it", "k", "v1", confirms)
		r.serves("v1 again", "k", "v1", 0)
		r.clock.pass(invalidateEvery / 2)
	}
	r.serves("another key", "other", "v1", 0)
}

// What is suspect stays within the bound if the store stops answering, and
// leaves the retry window when the store speaks.
func TestSuspectInOutage(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("v1", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	r.store.fail(ErrUnavailable)
	r.serves("stale", "k", "v1", 1)
	r.deny(question{"k", "v2"}, ErrVersionDestroyed)
	r.refuses("v2", "k", "v2", ErrVersionDestroyed, 1)
	r.store.fail(ErrUnavailable)
	r.serves("suspect: one attempt", "k", "v1", 1)
	r.serves("suspect: within its window", "k", "v1", 0)
}

// Without grace the bound is the TTL.
func TestSuspectInOutageWithoutGrace(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("v1", "k", "v1", 1)
	r.expire(question{"k", "v1"})
	r.store.fail(ErrUnavailable)
	r.serves("within TTL", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	r.refuses("after TTL", "k", "v1", ErrUnavailable, 1)
}

func TestPositiveLiftsNegative(t *testing.T) {
	r := newRing(t, Options{})
	r.deny(question{"k", "v1"}, ErrVersionScheduled)
	r.refuses("denied", "k", "v1", ErrVersionScheduled, 1)
	r.store.fail(nil)
	r.serves("primary", "k", "", 1)
	r.serves("its version", "k", "v1", 1)
}

func TestUnknownVersionIsAskedForTwice(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	asked := 0
	r.store.answer(func(_ context.Context, q question) (*Version, error) {
		if asked++; q.version == "v2" && asked == 2 {
			return nil, ErrNoVersion // not everywhere yet
		}
		return found(q)
	})
	r.serves("primary", "k", "", 1)
	r.serves("brand new", "k", "v2", 2)
	if got := fmt.Sprint(r.clock.waits); got != "[200ms]" {
		t.Errorf("got waits %v, want [200ms]", got)
	}
	r.store.fail(ErrNoVersion)
	r.refuses("still unknown", "k", "v3", ErrNoVersion, 2)
	r.refuses("of a key that is not live", "other", "v3", ErrNoVersion, 1)
	r.expire(question{"k", ""})
	r.refuses("a primary", "k", "", ErrNoVersion, 1)
}

func TestSecondReadNeedsAToken(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, PerKey: Rate{Burst: 2}})
	r.serves("live", "k", "", 1)
	r.store.fail(ErrNoVersion)
	r.refuses("does not count", "k", "v2", ErrExhausted, 1)
	r.clock.pass(time.Second)
	r.refuses("nor is it remembered", "k", "v2", ErrExhausted, 0)
}

func TestSecondReadEndsWithItsLastWaiter(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("live", "k", "", 1)
	r.after = func(time.Duration) <-chan time.Time { return nil }
	r.store.fail(ErrNoVersion)
	ctx, cancel := context.WithCancel(context.Background())
	q := question{"k", "v2"}
	got := r.goGet(ctx, q)
	r.waiting(q, 1)
	cancel()
	if o := receive(t, "caller leaves", got); o.err != context.Canceled {
		t.Errorf("got %v, want %v", o.err, context.Canceled)
	}
	r.idle("k")
}
