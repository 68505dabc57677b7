package keyadmin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// Key is a key as its administrator sees it (SymmetricKey). It has no
// material.
type Key struct {
	ID               key.ID
	Name             string
	Status           key.Status
	CreatedAt        time.Time
	RotatedAt        time.Time // zero if never
	DeleteAt         time.Time // zero unless Delete was called and can still be undone
	DefaultAlgorithm key.Algorithm
	PrimaryVersion   *Version   // nil if none
	Scheduled        []*Version // in the order of their destruction
	FolderID         string     // where it is, in Lockbox
	Deleted          bool       // permanently: only its id and name are still known, and blocked
}

// Version is a version of a key (SymmetricKeyVersion). It has no material.
type Version struct {
	ID        key.VersionID
	KeyID     key.ID
	Status    key.VersionStatus
	Algorithm key.Algorithm
	CreatedAt time.Time
	Primary   bool
	DestroyAt time.Time // zero unless SCHEDULED_FOR_DESTRUCTION or DESTROYED
}

// Creation says what key to create. All fields are optional.
type Creation struct {
	ID        key.ID // chosen by the store if empty
	Name      string // 1 to 100 printable characters, unlike any id or name there is
	Algorithm key.Algorithm
}

// Import is material from elsewhere, with the ids that its ciphertexts
// carry.
type Import struct {
	KeyID     key.ID
	VersionID key.VersionID
	Algorithm key.Algorithm
	Material  aead.Material // 32 bytes
	Name      string        // for a key that is created by this import; optional
}

// Schedule says when a version will be destroyed.
type Schedule struct {
	Pending time.Duration // from now; 0 is immediately
	Force   bool          // waive the rules that protect what may be in use
}

// DefaultPending is how long a version stays SCHEDULED_FOR_DESTRUCTION unless
// its administrator says otherwise.
const DefaultPending = 7 * 24 * time.Hour

// DeleteGrace is how long Delete can be undone (Yandex KMS: 72 hours).
const DeleteGrace = 72 * time.Hour

// Admin manages keys. Every method that changes something has made it durable
// when it returns nil, and has changed nothing when it returns an error, unless
// that says otherwise.
// Errors wrap a sentinel of this package and say what to do. Implementations
// are safe for concurrent use, by other processes too.
type Admin interface {
	// Create makes a key with one version, which is its primary.
	Create(ctx context.Context, c Creation) (*Key, error)
	// List returns all keys that are not deleted, oldest first. With Unseen it
	// returns those that it could see.
	List(ctx context.Context) ([]*Key, error)
	// Get returns one key, only by id.
	Get(ctx context.Context, id key.ID) (*Key, error)
	// Versions returns the versions of a key, oldest first, with the destroyed.
	Versions(ctx context.Context, id key.ID) ([]*Version, error)
	// Rotate adds a version with fresh material and makes it the primary; a
	// (0: the key's default) becomes the default algorithm.
	Rotate(ctx context.Context, id key.ID, a key.Algorithm) (*Version, error)
	// SetPrimary makes an ACTIVE version the primary.
	SetPrimary(ctx context.Context, id key.ID, v key.VersionID) (*Key, error)
	// SetStatus enables or disables a key; enabling undoes Delete's part of it.
	SetStatus(ctx context.Context, id key.ID, s key.Status) (*Key, error)
	// ScheduleDestruction schedules a version; never the primary.
	ScheduleDestruction(ctx context.Context, id key.ID, v key.VersionID, s Schedule) (*Version, error)
	// CancelDestruction makes a scheduled version ACTIVE again.
	CancelDestruction(ctx context.Context, id key.ID, v key.VersionID) (*Version, error)
	// Delete disables the key and schedules every version, the primary too,
	// for destruction after DeleteGrace. Until then CancelDestruction and
	// SetStatus undo it; afterwards the key is gone and its id never used again.
	Delete(ctx context.Context, id key.ID) (*Key, error)
	// Import adds material under given ids, creating the key if there is none.
	// The first version of a key is its primary; a later one is not.
	Import(ctx context.Context, i Import) (*Version, error)
}

// What an Admin refuses.
var (
	// ErrNotFound: no such key or version.
	ErrNotFound = errors.New("not found")
	// ErrExists: the id, the name or the material is already there, or was
	// once and is never used again.
	ErrExists = errors.New("already exists")
	// ErrInvalid: an argument is not allowed.
	ErrInvalid = errors.New("invalid")
	// ErrRefused: the state of the key forbids it, or a rule that Force waives.
	ErrRefused = errors.New("refused")
	// ErrDenied: the store does not let these credentials do it.
	ErrDenied = errors.New("not allowed")
	// ErrUnauthenticated is an ErrDenied: the store does not know these
	// credentials, for anything.
	ErrUnauthenticated = fmt.Errorf("%w", ErrDenied)
	// ErrDiffers: the change was made, and the key is not as it was asked for:
	// somebody else has changed it in between, or it cannot be seen.
	ErrDiffers = errors.New("not as asked for")
	// ErrUnavailable: the store did not answer, or not in time, or refused too
	// many calls. Of a change, it is not known whether it was made.
	ErrUnavailable = errors.New("no answer")
	// ErrConflict: somebody else changed the same at the same time. Nothing was
	// changed for this call.
	ErrConflict = errors.New("somebody else made a change")
)

// A Purger is an Admin whose store keeps material until somebody removes it.
type Purger interface {
	// Purge removes the material of versions whose time has come, and reports
	// whether there were any. It writes only then.
	Purge(ctx context.Context) (bool, error)
}
