package admin

import (
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// SetStatus is keyadmin.Admin's.
func (a *Admin) SetStatus(ctx context.Context, id key.ID, status key.Status) (*keyadmin.Key, error) {
	if err := keyadmin.CheckStatus(status); err != nil {
		return nil, err
	}
	s, err := a.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if statusOf(s.Secret) == status {
		return s.key(), nil
	}
	if status == key.Inactive {
		return a.deactivate(ctx, id)
	}
	if p := s.find(key.VersionID(s.GetCurrentVersion().GetId())); p.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		return nil, fmt.Errorf("%w: key %s: its primary version %s is scheduled for destruction: cancel that first, or make another version the primary", keyadmin.ErrRefused, id, p.Id)
	}
	if _, err := change(ctx, a, "activate the secret", lockbox.SecretServiceClient.Activate, &lockbox.ActivateSecretRequest{SecretId: string(id)}); err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	return a.readBack(ctx, id, status)
}

func (a *Admin) deactivate(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	if _, err := change(ctx, a, "deactivate the secret", lockbox.SecretServiceClient.Deactivate, &lockbox.DeactivateSecretRequest{SecretId: string(id)}); err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	return a.readBack(ctx, id, key.Inactive)
}

func (a *Admin) readBack(ctx context.Context, id key.ID, want key.Status) (*keyadmin.Key, error) {
	k, err := a.Get(ctx, id)
	if err == nil && k.Status != want {
		return nil, fmt.Errorf("key %s: Lockbox says that it is %v now, and shows %v: see `rekey keys get`", id, want, k.Status)
	}
	return k, err
}
