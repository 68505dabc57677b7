package admin

import (
	"context"
	"fmt"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// ScheduleDestruction is keyadmin.Admin's. A pending period of 0 takes the
// material out of the file in the same write.
func (a *Admin) ScheduleDestruction(ctx context.Context, id key.ID, vid key.VersionID,
	s keyadmin.Schedule) (*keyadmin.Version, error) {
	return a.changeVersion(ctx, func(e *edit) (*keyfile.Key, *keyfile.Version, error) {
		k, v, err := e.findVersion(id, vid)
		if err != nil {
			return nil, nil, err
		}
		if err := e.checkSchedule(k, v, s); err != nil {
			return nil, nil, err
		}
		v.Status, v.DestroyAt = key.VersionScheduled, e.now.Add(s.Pending)
		e.Purge(e.now) // what is due now
		return k, v, nil
	})
}

func (e *edit) checkSchedule(k *keyfile.Key, v *keyfile.Version, s keyadmin.Schedule) error {
	if err := checkDestroyable(k, v); err != nil {
		return err
	}
	if err := keyadmin.CheckSchedule(s); err != nil || s.Force {
		return err
	}
	return keyadmin.CheckFormerPrimary(v.PrimaryUntil, e.window, e.now)
}

// checkDestroyable is what Force does not waive.
func checkDestroyable(k *keyfile.Key, v *keyfile.Version) error {
	switch {
	case v.Status == key.VersionDestroyed:
		return fmt.Errorf("%w: version %s is DESTROYED already", keyadmin.ErrRefused, v.ID)
	case v.Status == key.VersionScheduled:
		return fmt.Errorf("%w: version %s will be destroyed on %s already: for another date cancel that first: "+
			"`rekey keys cancel-destruction %s %s`",
			keyadmin.ErrRefused, v.ID, keyadmin.Date(v.DestroyAt), k.ID, v.ID)
	case v.ID == k.Primary:
		return fmt.Errorf("%w: version %s is the primary of key %s: set another primary first: `rekey keys rotate` "+
			"or `set-primary`",
			keyadmin.ErrRefused, v.ID, k.ID)
	}
	return nil
}

// CancelDestruction is keyadmin.Admin's. It takes the key back from Delete as
// well; the key stays INACTIVE, and its other versions stay scheduled.
func (a *Admin) CancelDestruction(ctx context.Context, id key.ID, vid key.VersionID) (*keyadmin.Version, error) {
	return a.changeVersion(ctx, func(e *edit) (*keyfile.Key, *keyfile.Version, error) {
		k, v, err := e.findVersion(id, vid)
		if err != nil {
			return nil, nil, err
		}
		if err := checkCancelable(v); err != nil {
			return nil, nil, err
		}
		v.Status, v.DestroyAt = key.VersionActive, zeroTime
		k.DeleteAt = zeroTime
		return k, v, nil
	})
}

func checkCancelable(v *keyfile.Version) error {
	switch v.Status {
	case key.VersionScheduled:
		return nil
	case key.VersionDestroyed:
		return fmt.Errorf("%w: version %s is DESTROYED since %s, and only a backup of the keyring from before "+
			"has it",
			keyadmin.ErrRefused, v.ID, keyadmin.Date(v.DestroyAt))
	}
	return fmt.Errorf("%w: version %s is ACTIVE: nothing to cancel", keyadmin.ErrRefused, v.ID)
}

// Purge is keyadmin.Purger's. It takes the material of versions that are due
// out of the file, and makes tombstones of keys whose grace is over; every
// other change does so too.
func (a *Admin) Purge(ctx context.Context) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s, err := a.read(a.path)
	if err != nil || !s.ring.Purge(a.now()) {
		return false, err
	}
	return a.change(ctx, func(*edit) error { return nil })
}
