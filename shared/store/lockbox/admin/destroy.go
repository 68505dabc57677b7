package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/protobuf/types/known/durationpb"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// soonest is the shortest pending period that Lockbox is asked for; what it
// allows is not published.
const soonest = time.Second

// ScheduleDestruction is keyadmin.Admin's. Lockbox would take the current
// version too. A pending period of 0 is a second here. The rules are asked once
// more when it is done: somebody may have made the version the primary in
// between, and then it is taken back.
func (a *Admin) ScheduleDestruction(ctx context.Context, id key.ID, v key.VersionID,
	when keyadmin.Schedule) (*keyadmin.Version, error) {
	s, version, err := a.findVersion(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if err := keyadmin.CheckSchedule(when); err != nil {
		return nil, err
	}
	if version.GetStatus() != lockbox.Version_ACTIVE {
		return nil, fmt.Errorf("%w: key %s: version %s is %v already", keyadmin.ErrRefused, id, v, version.GetStatus())
	}
	if err := a.checkUnused(ctx, s, version, when.Force); err != nil {
		return nil, err
	}
	var at time.Time // when our own call has it destroyed
	s, err = a.keep(ctx, promise{string(id), func(ctx context.Context) (*operation.Operation, error) {
		op, err := a.schedule(ctx, version, when.Pending)
		if about, errAbout := about(op, new(lockbox.ScheduleVersionDestructionMetadata)); err == nil &&
			errAbout == nil {
			at = about.GetDestroyAt().AsTime()
		}
		return op, err
	}, func(s *state) error {
		if at.IsZero() { // the answer is lost
			at = a.askedAt(ctx, s, v, when.Pending)
		}
		return s.scheduledAt(v, at)
	}})
	if s == nil {
		return nil, err
	}
	if why := a.checkUnused(ctx, s, version, when.Force); why != nil {
		return nil, a.unschedule(ctx, s, v, at, why)
	}
	if err != nil {
		return nil, err
	}
	return s.version(s.find(v)), nil
}

// roundTrip is what may lie between a call and the time that Lockbox counts from.
const roundTrip = time.Minute

// askedAt is when a version will be destroyed by a call that was not answered:
// the time that it has, if that was set for about this period, as the operations
// show it, and otherwise the one that it should have. It is zero if nothing is
// known of the operation.
func (a *Admin) askedAt(ctx context.Context, s *state, v key.VersionID, pending time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), verifyTimeout)
	defer cancel()
	page, err := read(ctx, a, lockbox.SecretServiceClient.ListOperations,
		&lockbox.ListSecretOperationsRequest{SecretId: s.Id, PageSize: pageSize})
	if err != nil {
		return time.Time{}
	}
	has := timeOf(s.find(v))
	for _, op := range page.GetOperations() {
		done, err := about(op, new(lockbox.ScheduleVersionDestructionMetadata))
		if err != nil || done.GetVersionId() != string(v) || !done.GetDestroyAt().AsTime().Equal(has) {
			continue
		}
		if asked := op.GetCreatedAt().AsTime().Add(max(pending, soonest)); has.Sub(asked).Abs() > roundTrip {
			return asked
		}
		return has
	}
	return time.Time{}
}

// checkUnused refuses a version that encrypts, or may do so somewhere.
func (a *Admin) checkUnused(ctx context.Context, s *state, v *lockbox.Version, force bool) error {
	if v.GetId() == s.GetCurrentVersion().GetId() {
		return fmt.Errorf("%w: key %s: version %s is the primary: rotate or set another first", keyadmin.ErrRefused,
			s.Id, v.Id)
	}
	if force {
		return nil
	}
	if err := a.checkFormer(ctx, s, v); err != nil {
		return fmt.Errorf("key %s, version %s: %w", s.Id, v.Id, err)
	}
	return nil
}

// scheduledAt is nil if a version is scheduled, for this time if it is known, or
// is destroyed already.
func (s *state) scheduledAt(id key.VersionID, at time.Time) error {
	v := s.find(id)
	switch {
	case v == nil:
		return fmt.Errorf("version %s no longer exists", id)
	case v.GetStatus() == lockbox.Version_DESTROYED:
		return nil
	case v.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		return fmt.Errorf("version %s is %v, and not scheduled for destruction", id, v.GetStatus())
	case !at.IsZero() && !timeOf(v).Equal(at):
		return fmt.Errorf("version %s will be destroyed %s, and not %s: somebody else has scheduled it", id,
			keyadmin.Date(timeOf(v)), keyadmin.Date(at))
	}
	return nil
}

// unschedule takes back a destruction that should not have been scheduled, and
// nobody else's: it goes by its time.
func (a *Admin) unschedule(ctx context.Context, s *state, v key.VersionID, at time.Time, why error) error {
	if at.IsZero() || s.scheduledAt(v, at) != nil || s.find(v).GetStatus() == lockbox.Version_DESTROYED {
		return differs(s.Id, "version %s is %v, and meanwhile %w: see `rekey keys versions %s`", v,
			s.find(v).GetStatus(), why, s.Id)
	}
	if _, err := a.cancel(context.WithoutCancel(ctx), s.find(v)); err != nil {
		return differs(s.Id, "version %s is scheduled for destruction, and meanwhile %w; that could not be cancelled "+
			"again: %w: `rekey keys cancel-destruction %s %s`", v, why, err, s.Id, v)
	}
	return differs(s.Id, "meanwhile %w; the destruction of version %s was cancelled again", why, v)
}

func (a *Admin) schedule(ctx context.Context, v *lockbox.Version, pending time.Duration) (*operation.Operation, error) {
	q := &lockbox.ScheduleVersionDestructionRequest{SecretId: v.SecretId, VersionId: v.Id,
		PendingPeriod: durationpb.New(max(pending, soonest))}
	return change(ctx, a, "schedule the destruction of version "+v.Id,
		lockbox.SecretServiceClient.ScheduleVersionDestruction, q)
}

// CancelDestruction is keyadmin.Admin's.
func (a *Admin) CancelDestruction(ctx context.Context, id key.ID, v key.VersionID) (*keyadmin.Version, error) {
	_, version, err := a.findVersion(ctx, id, v)
	if err != nil {
		return nil, err
	}
	if version.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		return nil, fmt.Errorf("%w: key %s: version %s is %v, and not scheduled for destruction", keyadmin.ErrRefused,
			id, v, version.GetStatus())
	}
	s, err := a.cancel(ctx, version)
	if err != nil {
		return nil, err
	}
	return s.version(s.find(v)), nil
}

// cancel takes the destruction of a version back, as it was seen.
func (a *Admin) cancel(ctx context.Context, v *lockbox.Version) (*state, error) {
	return a.keep(ctx, promise{v.SecretId, func(ctx context.Context) (*operation.Operation, error) {
		q := &lockbox.CancelVersionDestructionRequest{SecretId: v.SecretId, VersionId: v.Id}
		return change(ctx, a, "cancel the destruction of version "+v.Id,
			lockbox.SecretServiceClient.CancelVersionDestruction, q)
	}, func(s *state) error {
		if s.scheduledAt(key.VersionID(v.Id), timeOf(v)) == nil && s.some(lockbox.Version_SCHEDULED_FOR_DESTRUCTION) {
			return fmt.Errorf("version %s will still be destroyed %s", v.Id, keyadmin.Date(timeOf(v)))
		}
		return s.isActive(key.VersionID(v.Id))
	}})
}

// isActive is nil if a version is.
func (s *state) isActive(id key.VersionID) error {
	switch v := s.find(id); {
	case v == nil:
		return fmt.Errorf("version %s no longer exists", id)
	case v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		return fmt.Errorf("version %s will be destroyed %s: somebody else has scheduled it", id,
			keyadmin.Date(timeOf(v)))
	case v.GetStatus() != lockbox.Version_ACTIVE:
		return fmt.Errorf("version %s is %v", id, v.GetStatus())
	}
	return nil
}

// stays is nil unless a key that was enabled no longer is.
func (s *state) stays(now *state) error {
	if s.GetStatus() == lockbox.Secret_ACTIVE && now.GetStatus() != lockbox.Secret_ACTIVE {
		return errors.New("somebody has disabled the key")
	}
	return nil
}
