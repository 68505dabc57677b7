package keyring

import (
	"context"
	"errors"
	"fmt"

	"rekey/shared/key"
)

// Store is the one question that the data plane asks of a place where keys
// are kept.
type Store interface {
	// Get returns version v of key k, or the primary version of k if v is
	// empty. The ids have passed Check. It answers with a usable version or
	// with an error that wraps one of the sentinels of this package; any other
	// error means that no answer came, as ErrUnavailable does. It keeps no
	// own answers, honours the context, and is safe for concurrent use.
	Get(ctx context.Context, k key.ID, v key.VersionID) (*Version, error)
}

// A Generational store can say cheaply whether anything has changed.
type Generational interface {
	// Generation returns a number that is another after every change of the
	// store. An error means that it is not known now. It honours the context.
	Generation(ctx context.Context) (uint64, error)
}

// Negative answers: the store has answered. They take effect immediately.
var (
	// ErrNoKey: there is no key of this id.
	ErrNoKey = errors.New("no such key")
	// ErrDenied: the store may not be asked for this key, or there is none.
	ErrDenied = errors.New("no such key, or no permission to read it")
	// ErrNoVersion: the key is there and has no version of this id.
	ErrNoVersion = errors.New("no such version")
	// ErrKeyInactive: the key is INACTIVE.
	ErrKeyInactive = errors.New("key is INACTIVE")
	// ErrVersionScheduled: the version is SCHEDULED_FOR_DESTRUCTION.
	ErrVersionScheduled = errors.New("version is SCHEDULED_FOR_DESTRUCTION")
	// ErrVersionDestroyed: the version is DESTROYED.
	ErrVersionDestroyed = errors.New("version is DESTROYED")
	// ErrNotUsable: the key or the version is in a state that forbids its
	// use, and the store does not say in which.
	ErrNotUsable = errors.New("key or version is not usable")
	// ErrNoPrimary: the key has no primary version, or one that is not usable.
	ErrNoPrimary = errors.New("no usable primary version")
)

// No answer.
var (
	// ErrUnavailable: the store did not answer. What was known before stays true
	// for a while.
	ErrUnavailable = errors.New("store is unavailable")
	// ErrBroken is ErrUnavailable for a reason that does not pass without help, such
	// as a damaged file or a passphrase that is missing.
	ErrBroken = fmt.Errorf("%w", ErrUnavailable)
	// ErrTimeout: the store did not answer in time. The same.
	ErrTimeout = errors.New("store did not answer in time")
	// ErrExhausted: the store, or our own limit on reads of it, says not now. A
	// caller can bring that about, so it is not an outage: nothing is served for it
	// that is older than the TTL.
	ErrExhausted = errors.New("too many reads of the store")
)

// errLimit is our own limit: the store might have answered.
var errLimit = fmt.Errorf("%w: this instance's own limit", ErrExhausted)

// ErrUnauthenticated: the store does not accept our own credentials. It is
// neither an answer about the key nor an outage: nothing is served on it and
// nothing is remembered.
var ErrUnauthenticated = errors.New("store does not accept our credentials")

// Negative reports whether err is a store's answer about the key or version
// itself, rather than the lack of an answer.
func Negative(err error) bool {
	for _, s := range []error{ErrNoKey, ErrDenied, ErrNoVersion, ErrKeyInactive,
		ErrVersionScheduled, ErrVersionDestroyed, ErrNotUsable, ErrNoPrimary} {
		if errors.Is(err, s) {
			return true
		}
	}
	return false
}
