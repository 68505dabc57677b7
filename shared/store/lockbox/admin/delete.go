package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// Delete is keyadmin.Admin's, in several steps: the secret is deactivated and
// each of its versions scheduled. Lockbox's own deletion, for which no grace is
// documented, is Remove. If a step fails the key is disabled at least, and
// Delete again goes on.
func (a *Admin) Delete(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	s, err := a.findToChange(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(s.versions) == 0 {
		return nil, fmt.Errorf("%w: key %s has no version, so there is nothing to destroy after a grace: "+
			"`rekey keys delete %[2]s --now` removes it", keyadmin.ErrRefused, id)
	}
	end, err := a.graceEnds(ctx, s)
	if err != nil {
		return nil, err
	}
	if s.GetStatus() != lockbox.Secret_INACTIVE {
		if s, err = a.deactivate(ctx, id); err != nil {
			return nil, err
		}
	}
	err = a.scheduleAll(ctx, s, end)
	now, seen := a.after(ctx, s.Id, err)
	if seen != nil {
		return nil, notSeen(s.Id, "it was to be deleted", errors.Join(err, seen))
	}
	other := now.allScheduled()
	switch {
	case other == nil: // though an answer may have been lost
		return now.key(), nil
	case err != nil && now.isDisabled() == nil:
		return nil, fmt.Errorf("key %s is disabled, and not all of its versions are scheduled for destruction yet: "+
			"`rekey keys delete %[1]s` goes on: %w", id, err)
	}
	return nil, differs(s.Id, "%w: somebody else has changed it: delete it again, or see `rekey keys versions %s`",
		other, id)
}

// graceEnds is when a grace that begins now is over, if anything depends on it.
func (a *Admin) graceEnds(ctx context.Context, s *state) (time.Time, error) {
	if !s.some(lockbox.Version_SCHEDULED_FOR_DESTRUCTION) {
		return time.Time{}, nil
	}
	now, err := a.now(ctx, s)
	return now.Add(keyadmin.DeleteGrace), err
}

// scheduleAll schedules what would be destroyed later than at end, or not at
// all. A lost answer does not stop it.
func (a *Admin) scheduleAll(ctx context.Context, s *state, end time.Time) (lost error) {
	for _, v := range s.versions {
		if v.GetStatus() == lockbox.Version_DESTROYED || v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION &&
			!timeOf(v).After(end) {
			continue
		}
		if _, err := a.schedule(ctx, v, keyadmin.DeleteGrace); err != nil {
			if lost = err; !unsure(err) {
				return err
			}
		}
	}
	return lost
}

// allScheduled is nil if all that is left of the key will be destroyed.
func (s *state) allScheduled() error {
	for _, v := range s.versions {
		if v.GetStatus() == lockbox.Version_ACTIVE {
			return fmt.Errorf("version %s is ACTIVE", v.Id)
		}
	}
	return s.isDisabled()
}

// Remove is keyadmin.Remover's. What a deletion with a grace has left goes too.
func (a *Admin) Remove(ctx context.Context, id key.ID) error {
	s, err := a.known(ctx, id)
	if err != nil {
		return err
	}
	if err := a.checkFolder(s); err != nil {
		return err
	}
	return a.remove(ctx, s.Id)
}

// remove deletes a secret. Where nothing is there to be seen it is gone.
func (a *Admin) remove(ctx context.Context, id string) error {
	_, err := change(ctx, a, "delete the secret", lockbox.SecretServiceClient.Delete,
		&lockbox.DeleteSecretRequest{SecretId: id})
	if err != nil && !unsure(err) {
		return fmt.Errorf("key %s: %w", id, err)
	}
	_, seen := a.after(ctx, id, err)
	code := codeOf(seen)
	switch {
	case code == codes.NotFound, code == codes.PermissionDenied && err == nil:
		return nil
	case err != nil:
		return fmt.Errorf("key %s: %w: see `rekey keys get %[1]s` before you repeat it", id, err)
	case seen != nil:
		return notSeen(id, "it was deleted", seen)
	}
	return differs(id, "Lockbox says that it is deleted, and still shows it: see `rekey keys get %s`", id)
}
