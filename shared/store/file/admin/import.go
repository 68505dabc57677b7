package admin

import (
	"context"
	"fmt"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Import is keyadmin.Admin's. Both ids are required: they are what the
// ciphertexts made elsewhere authenticate.
func (a *Admin) Import(ctx context.Context, i keyadmin.Import) (*keyadmin.Version, error) {
	if err := keyadmin.CheckImport(i); err != nil {
		return nil, err
	}
	return a.changeVersion(ctx, func(e *edit) (*keyfile.Key, *keyfile.Version, error) {
		k, err := e.importKey(i)
		if err != nil {
			return nil, nil, err
		}
		if err := checkNewVersion(k, i); err != nil {
			return nil, nil, err
		}
		v := e.addVersion(k, i.VersionID, i.Algorithm, i.Material)
		if len(k.Versions) == 1 {
			k.Primary = v.ID
		}
		return k, v, nil
	})
}

// importKey returns the key that the version goes to, new or not.
func (e *edit) importKey(i keyadmin.Import) (*keyfile.Key, error) {
	k := e.Key(i.KeyID)
	if k == nil {
		return e.addKey(i.KeyID, i.Name, i.Algorithm)
	}
	if i.Name != "" && !keyadmin.SameName(i.Name, k.Name) {
		return nil, fmt.Errorf("%w: key %s exists under another name, and import does not rename: leave the name out",
			keyadmin.ErrExists, k.ID)
	}
	return k, checkNotDeleted(k)
}

// checkNewVersion refuses an id that the key has or had, and material that it
// has or had under another id: anyone who imports it again has mixed something
// up, and destroying one of the two would destroy nothing.
func checkNewVersion(k *keyfile.Key, i keyadmin.Import) error {
	if v := k.Version(i.VersionID); v != nil {
		return fmt.Errorf("%w: version %s of key %s (%v): the id of a version is never used again",
			keyadmin.ErrExists, v.ID, k.ID, v.Status)
	}
	fingerprint := keyfile.Fingerprint(i.Material) // all that is left of a destroyed version
	for _, v := range k.Versions {
		if v.Fingerprint == fingerprint {
			return fmt.Errorf("%w: key %s has this material in version %s (%v)", keyadmin.ErrExists, k.ID, v.ID,
				v.Status)
		}
	}
	return nil
}
