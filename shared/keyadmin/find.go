package keyadmin

import (
	"context"
	"errors"
	"fmt"

	"rekey/shared/key"
)

// Find returns the key that a person means: by id, and if there is none of
// this id, by a name that one key alone has.
func Find(ctx context.Context, a Admin, idOrName string) (*Key, error) {
	if key.ID(idOrName).Check() == nil {
		k, err := a.Get(ctx, key.ID(idOrName))
		if !errors.Is(err, ErrNotFound) {
			return k, err
		}
	}
	all, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	var found *Key
	for _, k := range all {
		switch {
		case k.Name != idOrName || k.Name == "":
		case found != nil:
			return nil, fmt.Errorf("%w: several keys have the name %q: give an id", ErrInvalid, idOrName)
		default:
			found = k
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no key has the id or the name %q: `rekey keys list` shows all", ErrNotFound, idOrName)
	}
	return found, nil
}
