package keyring

import (
	"io"
	"log/slog"
	"time"

	"rekey/shared/key"
)

// Options of a Keyring. The zero value is usable: it confirms at every use.
type Options struct {
	// TTL is how long an answer is served without asking again; 0 or less
	// confirms at every use.
	TTL time.Duration
	// Grace is how long an answer is served while the store gives none,
	// counted like TTL from its last confirmation; below TTL it adds nothing.
	Grace time.Duration
	// Allow lists the only keys to ask the store for. Any other id is ErrNoKey
	// without a read. Empty: every key.
	Allow []key.ID
	// PerKey and PerInstance limit the reads of what has never been answered.
	// A zero Rate is that of Unknown(DefaultUnknown).
	PerKey, PerInstance Rate
	// Clock is the system's if zero.
	Clock Clock
	// Log gets, at WARN, stale answers and changes of the primary version, by
	// their ids; nil: none.
	Log *slog.Logger
}

func (o Options) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}

// allowed is nil if every key is.
func (o Options) allowed() map[key.ID]bool {
	if len(o.Allow) == 0 {
		return nil
	}
	keys := make(map[key.ID]bool, len(o.Allow))
	for _, k := range o.Allow {
		keys[k] = true
	}
	return keys
}
