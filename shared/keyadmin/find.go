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
	missing := fmt.Errorf("%w: no key has the name %q: `rekey keys list` shows all", ErrNotFound, idOrName)
	if id := key.ID(idOrName); id.Check() == nil {
		k, err := a.Get(ctx, id)
		if !errors.Is(err, ErrNotFound) {
			return k, err
		}
		missing = err // it may know more, as that the key has been deleted
	}
	named, err := named(ctx, a, idOrName)
	switch {
	case err != nil:
		return nil, err
	case len(named) == 0:
		return nil, missing
	case len(named) > 1:
		return nil, fmt.Errorf("%w: %d keys have the name %q: give an id, `rekey keys list` shows them", ErrInvalid, len(named), idOrName)
	}
	return named[0], nil
}

// named returns the keys with this name; no key has the empty one.
func named(ctx context.Context, a Admin, name string) ([]*Key, error) {
	all, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	var found []*Key
	for _, k := range all {
		if name != "" && k.Name == name {
			found = append(found, k)
		}
	}
	return found, nil
}
