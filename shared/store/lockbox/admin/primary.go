package admin

import (
	"cmp"
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
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
		return nil, fmt.Errorf("%w: key %s: version %s is %v, and only an ACTIVE one can be the primary",
			keyadmin.ErrRefused, id, v, version.GetStatus())
	}
	if _, _, err := algorithmOf(version); err != nil {
		return nil, fmt.Errorf("%w: key %s: version %s %w", keyadmin.ErrRefused, id, v, err)
	}
	if s.isPrimary(version) {
		return s.key(), nil
	}
	now, err := a.setCurrent(ctx, s, v, "set the current version")
	switch {
	case codeOf(err) == codes.Unimplemented:
		return nil, fmt.Errorf("%w: key %s: this Lockbox cannot set the current version by its API: do it in the "+
			"console, or rotate the key", keyadmin.ErrRefused, id)
	case err != nil:
		return nil, err
	}
	return now.key(), nil
}

// setCurrent makes a version the primary.
func (a *Admin) setCurrent(ctx context.Context, s *state, v key.VersionID, what string) (*state, error) {
	return a.keep(ctx, promise{s.Id, func(ctx context.Context) (*operation.Operation, error) {
		return change(ctx, a, what, lockbox.SecretServiceClient.SetCurrentVersion,
			&lockbox.SetCurrentVersionRequest{SecretId: s.Id, VersionId: string(v)})
	}, func(now *state) error { return cmp.Or(now.encryptsWith(v), s.stays(now)) }})
}

// encryptsWith is nil if a version is the primary, and ACTIVE.
func (s *state) encryptsWith(v key.VersionID) error {
	if current := s.GetCurrentVersion().GetId(); current != string(v) {
		return fmt.Errorf("version %s is the primary, and not %s", current, v)
	}
	return s.isActive(v)
}
