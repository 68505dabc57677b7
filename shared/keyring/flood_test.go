package keyring

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"rekey/shared/key"
)

func TestFloodOfUnknownKeysIsBounded(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("in use", "k", "", 1)
	r.store.fail(ErrNoKey)
	const ids = 20_000
	refused := 0
	for n := range ids {
		if _, err := r.get(key.ID(fmt.Sprint("bogus", n)), ""); errors.Is(err, ErrExhausted) {
			refused++
		}
	}
	max := DefaultUnknown - 1 // one was spent on the key in use
	if got := r.store.reads(); got > max || got+refused != ids {
		t.Errorf("got %d reads and %d refusals for %d ids, want %d reads at most", got, refused, ids, max)
	}
	r.serves("in use", "k", "", 0)
}

func TestFloodLeavesRoomToConfirm(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, PerKey: Rate{1, 8}, PerInstance: Rate{1, 40}})
	r.serves("in use", "k", "", 1)
	r.clock.pass(ttl + 1)
	r.store.fail(ErrNoVersion)
	for n := range 100 {
		r.get("k", key.VersionID(fmt.Sprint("bogus", n)))
		r.get(key.ID(fmt.Sprint("bogus", n)), "")
	}
	r.store.fail(nil)
	r.store.reads()
	r.refuses("unknown", "other", "", ErrExhausted, 0)
	r.serves("in use", "k", "", 1)
}

// A change of the store, or a denial of the key, in a flood: what was in use
// before is still told apart from what was thought up.
func TestFloodLeavesRoomToLoadAgain(t *testing.T) {
	r, s := newGenerationalRing(t, Options{TTL: ttl, PerKey: Rate{1, 12}, PerInstance: Rate{1, 40}})
	flood := func() {
		r.store.fail(ErrNoVersion)
		for n := range 100 {
			r.get("k", key.VersionID(fmt.Sprint("bogus", n)))
			r.get(key.ID(fmt.Sprint("bogus", n)), "")
		}
		r.store.fail(nil)
		r.store.reads()
	}
	r.serves("in use", "k", "", 1)
	r.serves("in use", "k", "v2", 1)
	s.number.Add(1)
	r.clock.pass(generationEvery)
	flood()
	r.serves("primary", "k", "", 1)
	r.serves("its version", "k", "v1", 0)
	r.serves("another", "k", "v2", 1)
	r.refuses("never heard of", "k", "v3", ErrExhausted, 0)

	r.expire(question{"k", "v2"})
	r.store.fail(ErrKeyInactive)
	r.refuses("disabled", "k", "v2", ErrKeyInactive, 1)
	flood()
	r.clock.pass(negativeTTL)
	r.serves("enabled", "k", "v2", 1)
}

// A key has half of the reads, so that its made-up versions leave the rest to
// others, and none that is made up leaves less to what is in use.
func TestLimitPerKey(t *testing.T) {
	perKey, _ := Unknown(20)
	r := newRing(t, Options{TTL: ttl, PerKey: perKey, PerInstance: Rate{1000, 1000}})
	r.store.fail(ErrVersionDestroyed)
	for n := range 1000 {
		r.get("k", key.VersionID(fmt.Sprint("bogus", n)))
	}
	if got := r.store.reads(); got != 20 {
		t.Errorf("got %d reads, want 20", got)
	}
	r.store.fail(nil)
	r.clock.pass(time.Second / 10)
	r.serves("a token has come back", "k", "v2", 1)
	r.refuses("and is spent", "k", "v3", ErrExhausted, 0)
	r.serves("another key", "other", "", 1)
}

// A job that asks for the same destroyed versions over and over leaves room to
// read what is asked for the first time.
func TestFloodOfRefusedLeavesRoom(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	destroyed := func(_ context.Context, q question) (*Version, error) {
		if len(q.version) > 2 {
			return nil, ErrNotUsable
		}
		return found(q)
	}
	r.store.answer(destroyed)
	for range 50 {
		r.clock.pass(negativeTTL / 4)
		for n := range 40 {
			r.get("k", key.VersionID(fmt.Sprint("old", n)))
		}
	}
	r.store.reads()
	for _, v := range []key.VersionID{"", "v2", "v3"} {
		r.serves("for the first time", "k", v, 1)
	}
}

// What is no longer in use is limited as what never was.
func TestFloodOfFormerVersionsIsBounded(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, PerKey: Rate{0, 1000}, PerInstance: Rate{0, 1000}})
	ask := func() {
		for n := range 500 {
			r.get("k", key.VersionID(fmt.Sprint("v", n)))
		}
	}
	ask()
	r.clock.pass(ttl + 1)
	r.store.fail(ErrVersionDestroyed)
	r.store.reads()
	for range 10 {
		ask()
		r.clock.pass(negativeTTL)
	}
	if got, most := r.store.reads(), 500+500; got > most {
		t.Errorf("got %d reads, want %d at most: one of each, and what the limit lets through", got, most)
	}
}

// Every map stays small, however many ids callers think of.
func TestFloodOfIdsIsForgotten(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, PerInstance: Rate{1 << 30, 1 << 30}})
	for n := range 4 * maxBuckets {
		r.store.fail([]error{ErrNoKey, ErrUnavailable, ErrUnauthenticated}[n%3])
		r.get(key.ID(fmt.Sprint("bogus", n)), "v")
	}
	if n := len(r.cached); n != 0 {
		t.Errorf("%d cached keys that are not there, want 0", n)
	}
	if n := len(r.negatives.young) + len(r.negatives.old); n > 2*maxNegatives || n < maxNegatives {
		t.Errorf("%d negatives, want at most %d", n, 2*maxNegatives)
	}
	if n := len(r.limiter.keys.young) + len(r.limiter.keys.old); n > 2*maxBuckets || n < maxBuckets {
		t.Errorf("%d buckets, want at most %d", n, 2*maxBuckets)
	}
}

func TestEntriesAreBounded(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, PerInstance: Rate{1 << 30, 1 << 30}})
	for n := range maxEntries + 500 {
		r.get(key.ID(fmt.Sprint("k", n)), []key.VersionID{"", "v"}[n%2])
	}
	entries := 0
	for _, c := range r.cached {
		entries += len(c.entries)
	}
	gone := 0
	for n := maxEntries; n < maxEntries+500; n++ {
		if r.Hit(key.ID(fmt.Sprint("k", n)), []key.VersionID{"", "v"}[n%2]) == nil {
			gone++
		}
	}
	if gone > 5 {
		t.Errorf("%d of the last 500 entries are gone before older ones", gone)
	}
	if n := len(r.answered.young) + len(r.answered.old); n > 2*maxEntries {
		t.Errorf("%d questions that were answered, want at most %d", n, 2*maxEntries)
	}
	if entries != r.size || entries > maxEntries || len(r.cached) > entries {
		t.Errorf("%d entries, counted %d, of %d keys, want at most %d", entries, r.size, len(r.cached),
			maxEntries)
	}
}

func TestBucketFillsOnlyByMonotonicClock(t *testing.T) {
	m := newLimiter(Rate{PerSecond: 10, Burst: 1}, Rate{})
	at := func(d time.Duration) stamp { return stamp{mono: time.Hour + d} }
	for _, c := range []struct {
		now  stamp
		want bool
	}{
		{at(0), true},
		{at(0), false},
		{stamp{wall: time.Now().AddDate(9, 0, 0), mono: time.Hour}, false},
		{at(99 * time.Millisecond), false},
		{at(101 * time.Millisecond), true},
		{at(time.Minute), true}, // never more than the burst
		{at(time.Minute), false},
	} {
		if got := m.take("k", false, c.now); got != c.want {
			t.Errorf("at %v: got %v, want %v", c.now, got, c.want)
		}
	}
}

func TestRecentEvictsTheOldest(t *testing.T) {
	m := recent[int, int]{limit: 4}
	for n := range 10 {
		m.put(n, n)
		if _, ok := m.get(n); !ok {
			t.Fatalf("%d is gone immediately", n)
		}
	}
	for n, want := range []bool{9: true, 8: true, 7: true, 4: true, 3: false} {
		if _, ok := m.get(n); n >= 3 && n != 5 && n != 6 && ok != want {
			t.Errorf("%d: got %v, want %v", n, ok, want)
		}
	}
	m.remove(9)
	m.remove(4)
	if _, young := m.get(9); young {
		t.Error("9 is still there")
	}
	if _, old := m.get(4); old {
		t.Error("4 is still there")
	}
}
