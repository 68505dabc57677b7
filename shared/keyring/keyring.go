package keyring

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"rekey/shared/key"
)

// Keyring is a cache in front of a Store, and a Store itself. What it serves
// was confirmed by the store at most TTL ago while the store answers, if only
// that there are too many reads, and at most max(TTL, Grace) ago while it does
// not (docs/keyring.md). It works only
// while a caller waits for it, and is safe for concurrent use.
type Keyring struct {
	store      Store
	generation Generational // nil if the store is not
	ttl        time.Duration
	bound      time.Duration   // max(TTL, Grace)
	allowed    map[key.ID]bool // nil: every key
	log        *slog.Logger

	now     func() stamp
	after   func(time.Duration) <-chan time.Time
	timeout func(context.Context, time.Duration) (context.Context, context.CancelFunc)

	mu        sync.RWMutex // protects what follows, and what is in it
	cached    map[key.ID]*keyCache
	size      int    // entries of all keys
	calls     int    // of the driver, that have not returned
	begun     uint64 // number of the last load
	negatives recent[question, negative]
	answered  recent[question, struct{}] // that have had a positive answer, see admit
	limiter   limiter
	seen      generationState
}

var _ Store = (*Keyring)(nil)

// question is what a Store is asked: a version of a key, or its primary
// version if version is empty.
type question struct {
	key     key.ID
	version key.VersionID
}

// errNotAllowed is ErrNoKey with the reason, for the operator.
var errNotAllowed = fmt.Errorf("%w among those that this service is allowed to use", ErrNoKey)

// New makes a Keyring in front of a store.
func New(store Store, o Options) *Keyring {
	generation, _ := store.(Generational)
	return &Keyring{
		store:      store,
		generation: generation,
		ttl:        o.TTL,
		bound:      max(o.TTL, o.Grace),
		allowed:    o.allowed(),
		log:        o.log(),
		now:        o.Clock.stamps(),
		after:      o.Clock.after(),
		timeout:    context.WithTimeout,
		cached:     make(map[key.ID]*keyCache),
		negatives:  recent[question, negative]{limit: maxNegatives},
		answered:   recent[question, struct{}]{limit: maxEntries},
		limiter:    newLimiter(o.PerKey, o.PerInstance),
	}
}

// Get returns version v of key k, or the primary version of k if v is empty.
// The ids have passed Check. Its errors wrap the sentinels of this package,
// or are ctx's own if ctx ends first. A fresh answer is returned even if ctx
// has ended.
func (r *Keyring) Get(ctx context.Context, k key.ID, v key.VersionID) (*Version, error) {
	if version := r.Hit(k, v); version != nil {
		return version, nil
	}
	return r.ask(ctx, question{k, v})
}

// Hit is Get without asking the store: nil if that is what it takes.
func (r *Keyring) Hit(k key.ID, v key.VersionID) *Version {
	e, checked := r.peek(k, v)
	now := r.now() // after the peek, so that no entry is younger than now
	if r.generation != nil && checked.age(now) >= generationEvery {
		r.checkGeneration(generationEvery)
		e, _ = r.peek(k, v)
		now = r.now()
	}
	if r.serves(e, now) {
		return e.version
	}
	return nil
}

// peek returns the entry, if any, and when the generation was last checked.
func (r *Keyring) peek(k key.ID, v key.VersionID) (*entry, stamp) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.cached[k].entry(v), r.seen.checked
}
