package admin

import (
	"context"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/durationpb"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// soonest is the shortest pending period that Lockbox is asked for; what it
// allows is not published.
const soonest = time.Second

// ScheduleDestruction is keyadmin.Admin's. Lockbox would take the current
// version too. A pending period of 0 is a second here.
func (a *Admin) ScheduleDestruction(ctx context.Context, id key.ID, v key.VersionID, when keyadmin.Schedule) (*keyadmin.Version, error) {
	s, version, err := a.findVersion(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if err := keyadmin.CheckSchedule(when); err != nil {
		return nil, err
	}
	switch {
	case version.GetStatus() != lockbox.Version_ACTIVE:
		return nil, fmt.Errorf("%w: key %s: version %s is %v already", keyadmin.ErrRefused, id, v, version.GetStatus())
	case s.isPrimary(version):
		return nil, fmt.Errorf("%w: key %s: version %s is the primary: rotate or set another first", keyadmin.ErrRefused, id, v)
	}
	if !when.Force {
		if err := a.checkFormer(ctx, s, version); err != nil {
			return nil, fmt.Errorf("key %s, version %s: %w", id, v, err)
		}
	}
	if err := a.schedule(ctx, version, when.Pending); err != nil {
		return nil, err
	}
	return a.versionBack(ctx, id, v, func(now lockbox.Version_Status) bool { return now != lockbox.Version_ACTIVE })
}

func (a *Admin) schedule(ctx context.Context, v *lockbox.Version, pending time.Duration) error {
	q := &lockbox.ScheduleVersionDestructionRequest{SecretId: v.SecretId, VersionId: v.Id, PendingPeriod: durationpb.New(max(pending, soonest))}
	if _, err := change(ctx, a, "schedule the destruction of version "+v.Id, lockbox.SecretServiceClient.ScheduleVersionDestruction, q); err != nil {
		return fmt.Errorf("key %s: %w", v.SecretId, err)
	}
	return nil
}

// CancelDestruction is keyadmin.Admin's.
func (a *Admin) CancelDestruction(ctx context.Context, id key.ID, v key.VersionID) (*keyadmin.Version, error) {
	_, version, err := a.findVersion(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if version.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		return nil, fmt.Errorf("%w: key %s: version %s is %v, and not scheduled for destruction", keyadmin.ErrRefused, id, v, version.GetStatus())
	}
	q := &lockbox.CancelVersionDestructionRequest{SecretId: string(id), VersionId: string(v)}
	if _, err := change(ctx, a, "cancel the destruction of version "+version.Id, lockbox.SecretServiceClient.CancelVersionDestruction, q); err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	return a.versionBack(ctx, id, v, func(now lockbox.Version_Status) bool { return now == lockbox.Version_ACTIVE })
}

// versionBack reads a version back that has been changed.
func (a *Admin) versionBack(ctx context.Context, id key.ID, v key.VersionID, right func(lockbox.Version_Status) bool) (*keyadmin.Version, error) {
	s, version, err := a.findVersion(ctx, id, v)
	if err == nil && !right(version.GetStatus()) {
		err = fmt.Errorf("key %s: Lockbox says that version %s was changed, and shows it as %v: see `rekey keys versions`", id, v, version.GetStatus())
	}
	if err != nil {
		return nil, err
	}
	return s.version(version), nil
}
