package admin

import (
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// SetStatus is keyadmin.Admin's.
func (a *Admin) SetStatus(ctx context.Context, id key.ID, status key.Status) (*keyadmin.Key, error) {
	if err := keyadmin.CheckStatus(status); err != nil {
		return nil, err
	}
	s, err := a.findToChange(ctx, id)
	if err != nil {
		return nil, err
	}
	if statusOf(s.Secret) == status {
		return s.key(), nil
	}
	if status == key.Inactive {
		s, err = a.deactivate(ctx, id)
	} else {
		s, err = a.activate(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	return s.key(), nil
}

func (a *Admin) activate(ctx context.Context, s *state) (*state, error) {
	if err := s.primaryStays(); err != nil {
		return nil, fmt.Errorf("%w: key %s: %w: cancel that first, or make another version the primary",
			keyadmin.ErrRefused, s.Id, err)
	}
	id := s.Id
	return a.keep(ctx, promise{id, func(ctx context.Context) (*operation.Operation, error) {
		return change(ctx, a, "activate the secret", lockbox.SecretServiceClient.Activate,
			&lockbox.ActivateSecretRequest{SecretId: id})
	}, func(s *state) error {
		if s.GetStatus() != lockbox.Secret_ACTIVE {
			return fmt.Errorf("the key is %v", statusOf(s.Secret))
		}
		return s.primaryStays()
	}})
}

// primaryStays is nil unless the primary is scheduled: the key would seem
// rescued while it is not.
func (s *state) primaryStays() error {
	if p := s.find(key.VersionID(s.GetCurrentVersion().
		GetId())); p.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		return fmt.Errorf("its primary version %s is scheduled for destruction", p.Id)
	}
	return nil
}

func (a *Admin) deactivate(ctx context.Context, id key.ID) (*state, error) {
	return a.keep(ctx, promise{string(id), func(ctx context.Context) (*operation.Operation, error) {
		return change(ctx, a, "deactivate the secret", lockbox.SecretServiceClient.Deactivate,
			&lockbox.DeactivateSecretRequest{SecretId: string(id)})
	}, (*state).isDisabled})
}

func (s *state) isDisabled() error {
	if s.GetStatus() == lockbox.Secret_INACTIVE {
		return nil
	}
	return fmt.Errorf("the key is %v", s.GetStatus())
}
