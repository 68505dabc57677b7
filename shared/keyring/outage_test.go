package keyring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestOutageThroughTTLAndGrace(t *testing.T) {
	for _, outage := range []error{ErrUnavailable, ErrTimeout, errors.New("connection refused"),
		context.DeadlineExceeded, context.Canceled} {
		t.Run(outage.Error(), func(t *testing.T) {
			r := newRing(t, Options{TTL: ttl, Grace: grace})
			r.serves("cold", "k", "v1", 1)
			r.store.fail(outage)
			r.clock.pass(ttl)
			r.serves("at TTL", "k", "v1", 0)
			r.clock.pass(1)
			r.serves("after TTL: one attempt", "k", "v1", 1)
			r.clock.pass(retryAfter - 1)
			r.serves("within 5 s of it", "k", "v1", 0)
			r.clock.pass(1)
			r.serves("5 s after it", "k", "v1", 1)
			r.clock.pass(grace - ttl - retryAfter - 1)
			r.serves("at the end of grace", "k", "v1", 1)
			r.clock.pass(1)
			if _, err := r.get("k", "v1"); err == nil {
				t.Fatal("served beyond grace")
			}
			r.store.fail(nil)
			r.serves("mended: a failure is not remembered", "k", "v1", 1+1)
		})
	}
}

func TestNoGrace(t *testing.T) {
	r := newRing(t, Options{TTL: ttl})
	r.serves("cold", "k", "v1", 1)
	r.store.fail(ErrUnavailable)
	r.clock.pass(ttl + 1)
	r.refuses("after TTL", "k", "v1", ErrUnavailable, 1)
}

func TestRetryWindowIsOfOneEntry(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("v1", "k", "v1", 1)
	r.serves("v2", "k", "v2", 1)
	r.clock.pass(ttl + 1)
	r.store.fail(ErrUnavailable)
	r.serves("v1", "k", "v1", 1)
	r.serves("v2 makes its own attempt", "k", "v2", 1)
}

func TestUnauthenticatedFailsClosed(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	r.store.fail(fmt.Errorf("%w: token has expired", ErrUnauthenticated))
	r.refuses("nothing stale", "k", "v1", ErrUnauthenticated, 1)
	if _, err := r.get("k", "v1"); errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, which is also ErrUnavailable", err)
	}
	r.store.reads()
	r.refuses("nothing remembered", "k", "v1", ErrUnauthenticated, 1)
	r.store.fail(nil)
	r.serves("mended", "k", "v1", 1)
}

// The deadline of a load is 5 s, and 1 s with something stale at hand for so
// long. Its end is ErrTimeout, and no answer.
func TestDeadlinesOfLoads(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	var got []time.Duration
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		got = append(got, d)
		return context.WithTimeout(ctx, time.Millisecond)
	}
	hang := func(ctx context.Context, _ question) (*Version, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	r.store.answer(hang)
	r.refuses("cold", "k", "v1", ErrTimeout, 1)
	if _, err := r.get("k", "v1"); errors.Is(err, context.DeadlineExceeded) {
		t.Error("the load's deadline looks like the caller's")
	}
	r.store.fail(nil)
	r.timeout, got = noTimeout(&got), nil
	r.serves("mended", "k", "v1", 1+1)
	r.clock.pass(ttl + 1)
	r.timeout = func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		got = append(got, d)
		return context.WithTimeout(ctx, time.Millisecond)
	}
	r.store.answer(hang)
	r.serves("stale", "k", "v1", 1)
	r.clock.pass(grace - ttl - staleTimeout)
	r.serves("stale, and too old a second later", "k", "v1", 1)
	if want := fmt.Sprint([]time.Duration{coldTimeout, staleTimeout, coldTimeout}); fmt.Sprint(got) != want {
		t.Errorf("got deadlines %v, want %v", got, want)
	}
}

func noTimeout(got *[]time.Duration) func(context.Context, time.Duration) (context.Context, context.CancelFunc) {
	return func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		*got = append(*got, d)
		return context.WithCancel(ctx)
	}
}

// A context error of the store is not the caller's.
func TestContextErrorsOfStore(t *testing.T) {
	for err, want := range map[error]error{context.DeadlineExceeded: ErrTimeout, context.Canceled: ErrUnavailable} {
		r := newRing(t, Options{TTL: ttl})
		r.store.fail(fmt.Errorf("calling: %w", err))
		if _, got := r.get("k", "v1"); !errors.Is(got, want) || errors.Is(got, err) {
			t.Errorf("%v: got %v, want only %v", err, got, want)
		}
	}
}

// Too many reads are not an outage, whoever says so: the store would answer, so the
// bound is the TTL. Otherwise many requests would keep a revoked version alive.
func TestTooManyReadsAreNotAnOutage(t *testing.T) {
	for _, late := range []bool{false, true} { // late: in the last moment of the load
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.serves("cold", "k", "v1", 1)
		r.store.answer(func(ctx context.Context, _ question) (*Version, error) {
			if late {
				<-ctx.Done()
			}
			return nil, fmt.Errorf("quota: %w: %w", ErrExhausted, context.DeadlineExceeded)
		})
		r.timeout = func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Millisecond)
		}
		r.expire(question{"k", "v1"})
		r.serves("suspect, within the TTL", "k", "v1", 1)
		r.clock.pass(ttl)
		r.serves("at TTL", "k", "v1", 1)
		r.clock.pass(1)
		r.refuses("beyond the TTL", "k", "v1", ErrExhausted, 1)
		r.refuses("and no pause", "k", "v1", ErrExhausted, 1)
		r.store.fail(ErrVersionDestroyed)
		r.refuses("the news", "k", "v1", ErrVersionDestroyed, 1)
	}
}

// The same of our own limit, for what is held and was forgotten to be in use.
func TestOwnLimitIsNotAnOutage(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace, PerKey: Rate{Burst: 1}})
	r.serves("the only token", "k", "v1", 1)
	r.refuses("cold", "k", "v2", ErrExhausted, 0)
	r.answered.clear()
	r.expire(question{"k", "v1"})
	r.serves("suspect, within the TTL", "k", "v1", 0)
	r.clock.pass(ttl)
	r.serves("at TTL", "k", "v1", 0)
	r.clock.pass(1)
	r.refuses("beyond the TTL", "k", "v1", ErrExhausted, 0)
}

func TestStaleIsLoggedOncePerWindow(t *testing.T) {
	var log bytes.Buffer
	r := newRing(t, Options{TTL: ttl, Grace: grace, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1234567*time.Microsecond)
	r.store.fail(errors.New("wire cut"))
	for range 3 {
		r.get("k", "v1")
	}
	got := log.String()
	if strings.Count(got, `"level":"WARN"`) != 1 || !strings.Contains(got, `"key":"k","version":"v1","age":61.235,`) ||
		!strings.Contains(got, "wire cut") {
		t.Errorf("got log %q, want one warning with key, version, age in seconds and error", got)
	}
	r.clock.pass(retryAfter)
	r.get("k", "v1")
	if n := strings.Count(log.String(), `"level":"WARN"`); n != 2 {
		t.Errorf("got %d warnings after two attempts, want 2", n)
	}
}

func TestChangeOfPrimaryIsLogged(t *testing.T) {
	var log bytes.Buffer
	r := newRing(t, Options{TTL: ttl, Log: slog.New(slog.NewTextHandler(&log, nil))})
	r.serves("v1", "k", "", 1)
	r.clock.pass(ttl + 1)
	r.store.answer(func(context.Context, question) (*Version, error) { return found(question{"k", "v2"}) })
	if v := r.serves("v2", "k", "", 1); v.ID != "v2" {
		t.Fatalf("got %v, want v2", v)
	}
	if got := log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "key=k from=v1 to=v2") {
		t.Errorf("got log %q, want a warning of the change", got)
	}
}

func TestDriverThatPanicsIsAnOutage(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: 5 * ttl})
	r.serves("before", "k", "v1", 1)
	r.store.answer(func(context.Context, question) (*Version, error) { panic("driver") })
	r.clock.pass(ttl + 1)
	r.serves("stale", "k", "v1", 1)
	r.refuses("unknown", "other", "v1", ErrUnavailable, 1)
}

// A grace below the TTL adds nothing, and takes nothing away.
func TestGraceBelowTTL(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: time.Second})
	r.serves("cold", "k", "v1", 1)
	r.store.fail(ErrUnavailable)
	r.clock.pass(ttl)
	r.serves("at TTL", "k", "v1", 0)
	r.clock.pass(1)
	r.refuses("after TTL", "k", "v1", ErrUnavailable, 1)
}

// With a TTL of 0 an outage is the only time in which anything is served
// without asking.
func TestGraceWithoutTTL(t *testing.T) {
	r := newRing(t, Options{Grace: grace})
	r.serves("cold", "k", "v1", 1)
	r.store.fail(ErrUnavailable)
	r.serves("one attempt", "k", "v1", 1)
	r.serves("within the window", "k", "v1", 0)
	r.clock.pass(retryAfter)
	r.store.fail(nil)
	r.serves("after it", "k", "v1", 1)
	r.serves("confirmed at every use", "k", "v1", 1)
	r.store.fail(ErrTimeout)
	r.clock.pass(grace + 1)
	r.refuses("after grace", "k", "v1", ErrTimeout, 1)
}

// Everybody who comes in an outage waits for one attempt, and is served.
func TestStampedeInOutage(t *testing.T) {
	const callers = 3000
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	q := question{"k", "v1"}
	r.serves("cold", "k", "v1", 1)
	r.clock.pass(ttl + 1)
	g := make(gate, callers)
	r.store.answer(g.hook)
	var got []<-chan outcome
	for range callers {
		got = append(got, r.goGet(background, q))
	}
	r.waiting(q, callers)
	receive(t, "attempt", g).fail(ErrUnavailable)
	for _, c := range got {
		if o := receive(t, "caller", c); o.err != nil {
			t.Fatal(o.err)
		}
	}
	r.serves("within the window", "k", "v1", 1)
}
