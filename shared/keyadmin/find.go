package keyadmin

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"rekey/shared/key"
)

// Find returns the key that a person means: by id, and if there is none of
// this id, or by a name that only one key has.
func Find(ctx context.Context, a Admin, idOrName string) (*Key, error) {
	missing := unnamed(idOrName)
	if id := key.ID(idOrName); id.Check() == nil {
		k, err := a.Get(ctx, id)
		if !errors.Is(err, ErrNotFound) {
			return k, err
		}
		missing = err // it may know more, as that the key has been deleted
	}
	all, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	return named(all, idOrName, missing)
}

// FindListed is Find for a store that need not say of a made-up id that it is
// not there: it asks for the list, and then for what is meant.
func FindListed(ctx context.Context, a Admin, idOrName string) (*Key, error) {
	all, err := Names(ctx, a)
	if err != nil {
		return nil, err
	}
	missing := unnamed(idOrName)
	var found []*Key
	for _, k := range all {
		isID := string(k.ID) == idOrName
		if !isID && !SameName(k.Name, idOrName) {
			continue
		}
		k, err := a.Get(ctx, k.ID)
		switch {
		case err == nil && isID:
			return k, nil
		case err == nil:
			found = append(found, k)
		case errors.Is(err, ErrNotFound):
			missing = err // it is deleted
		default:
			return nil, err
		}
	}
	return named(found, idOrName, missing)
}

// Names are the keys as cheaply as the store can list them: their ids and names at
// least.
func Names(ctx context.Context, a Admin) ([]*Key, error) {
	if n, ok := a.(Namer); ok {
		return n.Names(ctx)
	}
	return a.List(ctx)
}

func unnamed(name string) error {
	if name != "" && CheckName(name) != nil { // it may be a secret
		return fmt.Errorf("%w: no key can have such a name, of %d characters: `rekey keys list` shows all", ErrNotFound,
			utf8.RuneCountInString(name))
	}
	return fmt.Errorf("%w: no key has the name %.60q: `rekey keys list` shows all", ErrNotFound, name)
}

// named returns the one key with this name; no key has the empty one. If there
// is none, the error is missing.
func named(all []*Key, name string, missing error) (*Key, error) {
	var found []*Key
	for _, k := range all {
		if SameName(k.Name, name) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return nil, missing
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%w: %d keys have the name %.60q: give an id, `rekey keys list` shows them", ErrInvalid,
		len(found), name)
}
