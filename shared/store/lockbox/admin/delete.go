package admin

import (
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// Delete is keyadmin.Admin's, in several steps: the secret is deactivated and
// each of its versions scheduled. Lockbox's own deletion, for which no grace is
// documented, is Remove. If a step fails the key is disabled at least, and
// Delete again goes on.
func (a *Admin) Delete(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	s, err := a.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.GetStatus() != lockbox.Secret_INACTIVE {
		if _, err := a.deactivate(ctx, id); err != nil {
			return nil, err
		}
	}
	end := a.Now().Add(keyadmin.DeleteGrace)
	for _, v := range s.versions {
		if v.GetStatus() == lockbox.Version_DESTROYED || v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION && !timeOf(v).After(end) {
			continue
		}
		if err := a.schedule(ctx, v, keyadmin.DeleteGrace); err != nil {
			return nil, fmt.Errorf("the key is disabled, and not all of its versions are scheduled for destruction yet: delete it again to go on: %w", err)
		}
	}
	return a.Get(ctx, id)
}

// Remove is keyadmin.Remover's.
func (a *Admin) Remove(ctx context.Context, id key.ID) error {
	if _, err := a.find(ctx, id); err != nil {
		return err
	}
	if _, err := change(ctx, a, "delete the secret", lockbox.SecretServiceClient.Delete, &lockbox.DeleteSecretRequest{SecretId: string(id)}); err != nil {
		return fmt.Errorf("key %s: %w", id, err)
	}
	if _, err := a.find(ctx, id); err == nil {
		return fmt.Errorf("key %s: Lockbox says that it is deleted, and still shows it: see `rekey keys get`", id)
	}
	return nil
}
