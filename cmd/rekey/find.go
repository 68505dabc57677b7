package main

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

// findLeft is find for a command that removes what is left of a deleted key, too.
func (s *settings) findLeft(ctx context.Context, ad keyadmin.Admin, idOrName string) (*keyadmin.Key, error) {
	k, err := s.find(ctx, ad, idOrName)
	if !errors.Is(err, keyadmin.ErrNotFound) {
		return k, err
	}
	all, _ := list(ctx, ad, true) // what cannot be seen is not there, as err says
	for _, k := range all {
		if k.Deleted && (string(k.ID) == idOrName || keyadmin.SameName(k.Name, idOrName)) {
			return k, nil
		}
	}
	return nil, err
}

// find returns the key that a person means. In Lockbox what has the form of an
// id is one, and anything else a name: which ids are not there, Lockbox does not
// tell everybody.
func (s *settings) find(ctx context.Context, ad keyadmin.Admin, idOrName string) (*keyadmin.Key, error) {
	switch {
	case s.Store != config.StoreLockbox:
		return keyadmin.Find(ctx, ad, idOrName)
	case s.takesForID(idOrName):
		return ad.Get(ctx, key.ID(idOrName))
	}
	return keyadmin.FindListed(ctx, ad, idOrName)
}

// takesForID reports whether a word is an id, whatever names there are.
func (s *settings) takesForID(word string) bool {
	return s.Store == config.StoreLockbox && admin.IsLockboxID(word)
}

// ids returns the ids of the keys that the caller means. One of Lockbox is not
// looked up: so using a key takes no right to see what keys there are.
func (s *settings) ids(ctx context.Context, names []string) ([]key.ID, error) {
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
			if ad, err = openAdmin(s, false); err != nil {
				return nil, err
			}
		}
		k, err := s.find(ctx, ad, name)
		if errors.Is(err, keyadmin.ErrDenied) {
			err = fmt.Errorf("looking for a key called %s: %w; give the key's id, which is not looked up", config.Short(name), err)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, k.ID)
	}
	return ids, nil
}

// errNotServed is a key that may be in the store.
var errNotServed = fmt.Errorf("%w", keyadmin.ErrNotFound)

// checkServed refuses keys that REKEY_KEYS leaves out.
func (s *settings) checkServed(ids []key.ID) error {
	for _, id := range ids {
		if !served(s, id) {
			return fmt.Errorf("%w: key %s is not one of REKEY_KEYS, the only ones that are used here: "+
				"add it there, or unset REKEY_KEYS for this command", errNotServed, id)
		}
	}
	return nil
}

// served is REKEY_KEYS.
func served(c *settings, id key.ID) bool {
	return len(c.Keys) == 0 || slices.Contains(c.Keys, id)
}
