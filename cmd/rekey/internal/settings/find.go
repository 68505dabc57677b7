package settings

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// Find returns the key that a person means. In Lockbox what has the form of an
// id is one, and anything else a name: which ids are not there, Lockbox does not
// tell everybody.
func (s *Settings) Find(ctx context.Context, ad keyadmin.Admin, idOrName string) (*keyadmin.Key, error) {
	switch {
	case s.Store != config.StoreLockbox:
		return keyadmin.Find(ctx, ad, idOrName)
	case s.takesForID(idOrName):
		return ad.Get(ctx, key.ID(idOrName))
	}
	return keyadmin.FindListed(ctx, ad, idOrName)
}

// takesForID reports whether a word is an id, whatever names there are.
func (s *Settings) takesForID(word string) bool {
	return s.Store == config.StoreLockbox && admin.IsLockboxID(word)
}

// IDs returns the ids of the keys that the caller means; an empty name means
// none. One of Lockbox is not looked up: so using a key takes no right to see
// what keys there are.
func (s *Settings) IDs(ctx context.Context, names []string) ([]key.ID, error) {
	var ad keyadmin.Admin // opened for the first that is looked up
	var ids []key.ID
	for _, name := range names {
		if name == "" {
			continue
		}
		if s.takesForID(name) {
			ids = append(ids, key.ID(name))
			continue
		}
		if ad == nil {
			var err error
			if ad, err = s.OpenAdmin(false); err != nil {
				return nil, err
			}
		}
		k, err := s.Find(ctx, ad, name)
		if errors.Is(err, keyadmin.ErrDenied) {
			err = fmt.Errorf("looking for a key called %s: %w; give the key's id, which is not looked up",
				config.Short(name), err)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, k.ID)
	}
	return ids, nil
}

// ErrNotServed is a key that may be in the store.
var ErrNotServed = fmt.Errorf("%w", keyadmin.ErrNotFound)

// CheckServed refuses keys that REKEY_KEYS leaves out.
func (s *Settings) CheckServed(ids ...key.ID) error {
	for _, id := range ids {
		if !s.Serves(id) {
			return fmt.Errorf("%w: key %s is not one of REKEY_KEYS, the only ones that are used here: "+
				"add it there, or unset REKEY_KEYS for this command", ErrNotServed, id)
		}
	}
	return nil
}

// Serves is REKEY_KEYS.
func (s *Settings) Serves(id key.ID) bool { return len(s.Keys) == 0 || slices.Contains(s.Keys, id) }
