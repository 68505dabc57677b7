package keyadmin

import (
	"context"

	"rekey/shared/key"
)

// A Checker is an Admin whose keys may be changed by others than rekey, so
// that there is something to look for.
type Checker interface {
	// Check looks at these keys, or at all that can be seen, and returns what
	// is not right with them. It changes nothing.
	Check(ctx context.Context, ids ...key.ID) ([]Finding, error)
}

// Finding is something that is not right with a key.
type Finding struct {
	KeyID     key.ID
	Name      string        // of the key, if it has one and may be seen
	VersionID key.VersionID // empty: it is about the key
	Problem   string        // what is wrong, without the key's id
	Advice    string        // what to do
}

// A Remover is an Admin that can delete a key without any grace.
type Remover interface {
	// Remove deletes a key at once and for ever.
	Remove(ctx context.Context, id key.ID) error
}
