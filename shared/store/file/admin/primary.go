package admin

import (
	"context"
	"fmt"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Rotate is keyadmin.Admin's. An INACTIVE key can be rotated; one that is
// being deleted cannot.
func (a *Admin) Rotate(ctx context.Context, id key.ID, alg key.Algorithm) (*keyadmin.Version, error) {
	if alg != 0 {
		if err := keyadmin.CheckAlgorithm(alg); err != nil {
			return nil, err
		}
	}
	return a.changeVersion(ctx, func(e *edit) (*keyfile.Key, *keyfile.Version, error) {
		k, err := e.find(id)
		if err == nil {
			err = checkNotDeleted(k)
		}
		if err != nil {
			return nil, nil, err
		}
		v, err := e.rotate(k, alg)
		return k, v, err
	})
}

func (e *edit) rotate(k *keyfile.Key, alg key.Algorithm) (*keyfile.Version, error) {
	if alg != 0 {
		k.DefaultAlgorithm = alg
	}
	v, err := e.addFresh(k, k.DefaultAlgorithm)
	if err != nil {
		return nil, err
	}
	k.RotatedAt = e.now
	e.setPrimary(k, v)
	return v, nil
}

// SetPrimary is keyadmin.Admin's. Nothing is written if v is the primary.
func (a *Admin) SetPrimary(ctx context.Context, id key.ID, vid key.VersionID) (*keyadmin.Key, error) {
	return a.changeKey(ctx, func(e *edit) (*keyfile.Key, error) {
		k, v, err := e.findVersion(id, vid)
		if err != nil {
			return nil, err
		}
		if k.Primary == vid {
			return k, nil
		}
		if v.Status != key.VersionActive {
			return nil, fmt.Errorf("%w: version %s is %v, and only an ACTIVE version can be the primary",
				keyadmin.ErrRefused, vid, v.Status)
		}
		e.setPrimary(k, v)
		return k, nil
	})
}

// setPrimary remembers until when the old primary was in use.
func (e *edit) setPrimary(k *keyfile.Key, v *keyfile.Version) {
	k.Version(k.Primary).PrimaryUntil = e.now
	v.PrimaryUntil = zeroTime
	k.Primary = v.ID
}
