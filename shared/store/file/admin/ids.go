package admin

import (
	"errors"
	"fmt"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// idDraws is how many random ids are tried. Two that are taken (85 random
// bits each) mean that the randomness is none.
const idDraws = 3

var errNoFreeID = errors.New("every id that was drawn is taken: this system's randomness is broken")

// newKeyID returns the chosen id, or a random one if that is empty, after
// making sure that no key or name is or was like it.
func (e *edit) newKeyID(chosen key.ID) (key.ID, error) {
	if chosen != "" {
		return chosen, e.checkNewKeyID(chosen)
	}
	for range idDraws {
		id, err := key.NewID()
		if err != nil || e.checkNewKeyID(id) == nil {
			return id, err
		}
	}
	return "", errNoFreeID
}

func (e *edit) checkNewKeyID(id key.ID) error {
	if err := keyadmin.CheckKeyID(id); err != nil {
		return err
	}
	switch {
	case e.Key(id) != nil:
		return fmt.Errorf("%w: key %s: choose another id", keyadmin.ErrExists, id)
	case e.tombstone(id):
		return fmt.Errorf("%w: key %s was deleted, and its id is never used again: choose another", keyadmin.ErrExists,
			id)
	case e.named(string(id)):
		return fmt.Errorf("%w: %s is the name of a key: choose another id", keyadmin.ErrExists, id)
	}
	return nil
}

// checkNewName is asked about the name of a key that is about to get id; no
// name is fine.
func (e *edit) checkNewName(name string, id key.ID) error {
	if name == "" {
		return nil
	}
	if err := keyadmin.CheckName(name); err != nil {
		return err
	}
	asID := key.ID(name)
	switch {
	case e.named(name):
		return fmt.Errorf("%w: a key named %s: choose another name", keyadmin.ErrExists, name)
	case asID == id, e.Key(asID) != nil, e.tombstone(asID):
		return fmt.Errorf("%w: %s is the id of a key, now or once: choose another name", keyadmin.ErrExists, name)
	}
	return nil
}

// newVersionID returns a random id that k has not and never had.
func newVersionID(k *keyfile.Key) (key.VersionID, error) {
	for range idDraws {
		id, err := key.NewVersionID()
		if err != nil || k.Version(id) == nil {
			return id, err
		}
	}
	return "", errNoFreeID
}
