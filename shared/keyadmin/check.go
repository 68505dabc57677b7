package keyadmin

import (
	"context"

	"rekey/shared/key"
)

// A Checker is an Admin whose keys may be changed by others than rekey, so
// that there is something to look for.
type Checker interface {
	// Check looks at these keys, or at all that can be seen, and returns what
	// is not right with them. It changes nothing. With Unseen it returns what it
	// found in the others.
	Check(ctx context.Context, ids ...key.ID) (*Checked, error)
}

// Checked is what a Checker found.
type Checked struct {
	Keys     int // that it looked at
	Findings []Finding
}

// Finding is something that is not right with a key.
type Finding struct {
	KeyID     key.ID
	Name      string        // of the key, if it has one and may be seen
	VersionID key.VersionID // empty: it is about the key
	Problem   string        // what is wrong, without the key's id
	Advice    string        // what to do
	State     bool          // somebody may want it so: the key is disabled, a version scheduled
}

// A Namer is an Admin with a way to ids and names that costs less than List.
type Namer interface {
	// Names returns the keys with what is known without further calls: ID, Name and Status.
	// Some may be deleted permanently.
	Names(ctx context.Context) ([]*Key, error)
}

// A Lister is an Admin that keeps something of deleted keys.
type Lister interface {
	// ListAll is List, and the keys that are deleted permanently.
	ListAll(ctx context.Context) ([]*Key, error)
}

// A Remover is an Admin that can delete a key without any grace.
type Remover interface {
	// Remove deletes a key immediately and permanently.
	Remove(ctx context.Context, id key.ID) error
}
