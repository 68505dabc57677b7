package keyring

import (
	"testing"
	"time"
)

// An instance is frozen while its question is under way, and the answer waits
// for it in a buffer. Nobody is served with that answer, who waited for it
// neither: the version may be long revoked.
func TestAnswerFromBeforeAFreezeIsAskedForAgain(t *testing.T) {
	for name, thaw := range map[string]func(*fakeClock){
		"wall goes on":     func(c *fakeClock) { c.move(time.Hour, 0) },
		"mono goes on too": func(c *fakeClock) { c.pass(time.Hour) },
		"within the TTL":   func(c *fakeClock) { c.move(frozenAge+1, 0) },
		"wall set back":    func(c *fakeClock) { c.move(-1, time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing(t, Options{TTL: ttl, Grace: grace})
			g := make(gate, 9)
			r.store.answer(g.hook)
			caller := r.goGet(background, question{"k", "v1"})
			frozen := receive(t, "load", g)
			thaw(r.clock)
			frozen.found()
			again(t, g, caller).fail(ErrVersionDestroyed)
			if o := receive(t, "caller", caller); o.version != nil {
				t.Errorf("got %v from before the freeze", o.version)
			}
		})
	}
}

// A load may take its whole deadline: that is not a freeze.
func TestSlowAnswerIsAnAnswer(t *testing.T) {
	for _, ttl := range []time.Duration{0, ttl} {
		r := newRing(t, Options{TTL: ttl})
		g := make(gate, 9)
		r.store.answer(g.hook)
		caller := r.goGet(background, question{"k", "v1"})
		slow := receive(t, "load", g)
		r.clock.pass(coldTimeout)
		slow.found()
		if o := receive(t, "caller", caller); o.err != nil {
			t.Errorf("TTL %v: got %v", ttl, o.err)
		}
	}
}

// The connection that has died in a freeze says nothing of the store: a stale
// version is not served only because of that.
func TestFailureOfAFreezeIsNotAnOutage(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, 9)
	r.store.answer(g.hook)
	caller := r.goGet(background, question{"k", "v1"})
	frozen := receive(t, "load", g)
	r.clock.move(time.Minute, 0)
	frozen.fail(ErrUnavailable)
	again(t, g, caller).fail(ErrVersionDestroyed)
	if o := receive(t, "caller", caller); o.version != nil {
		t.Errorf("got %v, stale though the store answers", o.version)
	}
}

// A machine wakes up with nothing fresh, whatever its clocks did meanwhile,
// and with no window open in which stale versions are served.
func TestThawedInstanceHasNothingFresh(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	r.store.fail(ErrUnavailable)
	r.serves("stale", "k", "v1", 1)
	r.clock.move(retryAfter, 0)
	r.store.fail(ErrVersionDestroyed)
	r.refuses("after a short freeze", "k", "v1", ErrVersionDestroyed, 1)

	r.store.fail(nil)
	r.clock.pass(negativeTTL)
	r.serves("back", "k", "v1", 1)
	r.clock.move(24*time.Hour, 0)
	r.store.fail(ErrUnavailable)
	r.refuses("after a long one", "k", "v1", ErrUnavailable, 1)
}
