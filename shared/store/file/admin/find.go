package admin

import (
	"fmt"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// find returns the key of an id that comes from outside.
func (e *edit) find(id key.ID) (*keyfile.Key, error) {
	if err := keyadmin.CheckKeyID(id); err != nil {
		return nil, err
	}
	if k := e.Key(id); k != nil {
		return k, nil
	}
	if e.tombstone(id) {
		return nil, fmt.Errorf("%w: key %s has been deleted", keyadmin.ErrNotFound, id)
	}
	return nil, fmt.Errorf("%w: no key %s: `rekey keys list` shows all", keyadmin.ErrNotFound, id)
}

func (e *edit) findVersion(id key.ID, vid key.VersionID) (*keyfile.Key, *keyfile.Version, error) {
	k, err := e.find(id)
	if err != nil {
		return nil, nil, err
	}
	if err := keyadmin.CheckVersionID(vid); err != nil {
		return nil, nil, err
	}
	v := k.Version(vid)
	if v == nil {
		return nil, nil, fmt.Errorf("%w: key %s has no version %s: `rekey keys versions %s` shows all",
			keyadmin.ErrNotFound, id, vid, id)
	}
	return k, v, nil
}

func (e *edit) tombstone(id key.ID) bool {
	for _, t := range e.Tombstones {
		if t.ID == id {
			return true
		}
	}
	return false
}

// named reports whether a key has this name.
func (e *edit) named(name string) bool {
	for _, k := range e.Keys {
		if keyadmin.SameName(k.Name, name) {
			return true
		}
	}
	return false
}
