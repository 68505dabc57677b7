package admin

import (
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// SetPrimary is keyadmin.Admin's. Where Lockbox has no SetCurrentVersion it is
// refused: a new version with the old material would be another version.
func (a *Admin) SetPrimary(ctx context.Context, id key.ID, v key.VersionID) (*keyadmin.Key, error) {
	s, version, err := a.findVersion(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if version.GetStatus() != lockbox.Version_ACTIVE {
		return nil, fmt.Errorf("%w: key %s: version %s is %v, and only an ACTIVE one can be the primary", keyadmin.ErrRefused, id, v, version.GetStatus())
	}
	if _, _, err := algorithmOf(version); err != nil {
		return nil, fmt.Errorf("%w: key %s: version %s %w", keyadmin.ErrRefused, id, v, err)
	}
	if s.isPrimary(version) {
		return s.key(), nil
	}
	q := &lockbox.SetCurrentVersionRequest{SecretId: string(id), VersionId: string(v)}
	_, err = change(ctx, a, "set the current version", lockbox.SecretServiceClient.SetCurrentVersion, q)
	switch {
	case codeOf(err) == codes.Unimplemented:
		return nil, fmt.Errorf("%w: key %s: this Lockbox cannot set the current version by its API: do it in the console, or rotate the key", keyadmin.ErrRefused, id)
	case err != nil:
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	k, err := a.Get(ctx, id)
	if err == nil && (k.PrimaryVersion == nil || k.PrimaryVersion.ID != v) {
		return nil, fmt.Errorf("key %s: Lockbox says that version %s is the current one now, and shows another: see `rekey keys versions`", id, v)
	}
	return k, err
}
