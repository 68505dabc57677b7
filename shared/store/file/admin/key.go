package admin

import (
	"context"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Create is keyadmin.Admin's.
func (a *Admin) Create(ctx context.Context, c keyadmin.Creation) (*keyadmin.Key, error) {
	if c.Algorithm == 0 {
		c.Algorithm = keyadmin.DefaultAlgorithm
	}
	if err := keyadmin.CheckAlgorithm(c.Algorithm); err != nil {
		return nil, err
	}
	return a.changeKey(ctx, func(e *edit) (*keyfile.Key, error) {
		k, err := e.addKey(c.ID, c.Name, c.Algorithm)
		if err != nil {
			return nil, err
		}
		v, err := e.addFresh(k, c.Algorithm)
		if err != nil {
			return nil, err
		}
		k.Primary = v.ID
		return k, nil
	})
}

// addKey adds a key without versions, which the caller must give it.
func (e *edit) addKey(id key.ID, name string, alg key.Algorithm) (*keyfile.Key, error) {
	id, err := e.newKeyID(id)
	if err != nil {
		return nil, err
	}
	if err := e.checkNewName(name, id); err != nil {
		return nil, err
	}
	k := &keyfile.Key{ID: id, Name: name, Status: key.Active, CreatedAt: e.now, DefaultAlgorithm: alg}
	e.Keys = append(e.Keys, k)
	return k, nil
}

// addFresh adds a version with a new id and new material.
func (e *edit) addFresh(k *keyfile.Key, alg key.Algorithm) (*keyfile.Version, error) {
	id, err := newVersionID(k)
	if err != nil {
		return nil, err
	}
	material, err := aead.RandomBytes(aead.MaterialSize)
	if err != nil {
		return nil, err
	}
	return e.addVersion(k, id, alg, material), nil
}

func (e *edit) addVersion(k *keyfile.Key, id key.VersionID, alg key.Algorithm, material []byte) *keyfile.Version {
	v := &keyfile.Version{
		ID: id, Algorithm: alg, Status: key.VersionActive, CreatedAt: e.now,
		Material: material, Fingerprint: keyfile.Fingerprint(material),
	}
	k.Versions = append(k.Versions, v)
	return v
}

// changeKey is a change with a key as its result.
func (a *Admin) changeKey(ctx context.Context, f func(*edit) (*keyfile.Key, error)) (*keyadmin.Key, error) {
	var result *keyadmin.Key
	_, err := a.change(ctx, func(e *edit) error {
		k, err := f(e)
		if err != nil {
			return err
		}
		result = keyView(k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// changeVersion is a change with a version as its result.
func (a *Admin) changeVersion(ctx context.Context, f func(*edit) (*keyfile.Key, *keyfile.Version,
	error)) (*keyadmin.Version, error) {
	var result *keyadmin.Version
	_, err := a.change(ctx, func(e *edit) error {
		k, v, err := f(e)
		if err != nil {
			return err
		}
		result = versionView(k, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}
