package cloud

import (
	"context"
	"sync"
	"time"
)

// token is an IAM token and when it ends.
type token struct {
	text    string
	expires time.Time // zero: never, as far as we know
}

// expiryMargin is how long before its end a token is no longer used, so that it
// does not end on the way: IAM tokens live for up to 12 hours.
const expiryMargin = time.Minute

func (t token) good(now time.Time) bool {
	return t.text != "" && (t.expires.IsZero() || now.Add(expiryMargin).Before(t.expires))
}

// tokens keeps the token that calls are made with.
type tokens struct {
	fetch func(context.Context) (token, error)
	now   func() time.Time // the wall clock: it goes on while we are frozen

	turn    chan struct{} // held by the one who fetches; others wait for it
	mu      sync.Mutex    // guards current
	current token
}

func newTokens(fetch func(context.Context) (token, error)) *tokens {
	return &tokens{fetch: fetch, now: wallClock, turn: make(chan struct{}, 1)}
}

func wallClock() time.Time { return time.Now().Round(0) }

// get returns a good token, and fetches one if there is none.
func (t *tokens) get(ctx context.Context) (string, error) {
	if text, ok := t.held(); ok {
		return text, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if text, ok := t.held(); ok { // somebody else has fetched it
		return text, nil
	}
	fresh, err := t.fetch(ctx)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = fresh
	return fresh.text, nil
}

func (t *tokens) held() (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current.text, t.current.good(t.now())
}

// drop forgets a token that was refused, unless it was replaced meanwhile.
func (t *tokens) drop(refused string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current.text == refused {
		t.current = token{}
	}
}
