package admin

import (
	"context"
	"fmt"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

var zeroTime time.Time

// SetStatus is keyadmin.Admin's. Nothing is written if the key has the status
// already.
func (a *Admin) SetStatus(ctx context.Context, id key.ID, s key.Status) (*keyadmin.Key, error) {
	if err := keyadmin.CheckStatus(s); err != nil {
		return nil, err
	}
	return a.changeKey(ctx, func(e *edit) (*keyfile.Key, error) {
		k, err := e.find(id)
		if err != nil {
			return nil, err
		}
		if s == key.Active {
			err = enable(k)
		}
		k.Status = s
		return k, err
	})
}

// enable undoes Delete's part of a key. A key whose primary still waits for
// its destruction could not encrypt, and would seem rescued while it is not.
func enable(k *keyfile.Key) error {
	if p := k.Version(k.Primary); k.Status == key.Inactive && p.Status == key.VersionScheduled {
		return fmt.Errorf("%w: the primary version %s of key %s will be destroyed on %s: cancel that first: "+
			"`rekey keys cancel-destruction %s %s`",
			keyadmin.ErrRefused, p.ID, k.ID, keyadmin.Date(p.DestroyAt), k.ID, p.ID)
	}
	k.DeleteAt = zeroTime
	return nil
}

// Delete is keyadmin.Admin's. A version that will be destroyed earlier than
// the grace allows for stays so. Deleting again changes nothing.
func (a *Admin) Delete(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	return a.changeKey(ctx, func(e *edit) (*keyfile.Key, error) {
		k, err := e.find(id)
		if err != nil {
			return nil, err
		}
		if k.DeleteAt.IsZero() {
			k.Status, k.DeleteAt = key.Inactive, e.now.Add(keyadmin.DeleteGrace)
			scheduleAll(k)
		}
		return k, nil
	})
}

func scheduleAll(k *keyfile.Key) {
	for _, v := range k.Versions {
		switch {
		case v.Status == key.VersionActive,
			v.Status == key.VersionScheduled && v.DestroyAt.After(k.DeleteAt):
			v.Status, v.DestroyAt = key.VersionScheduled, k.DeleteAt
		}
	}
}

// checkNotDeleted keeps new versions out of a key that is about to go: they
// would have to go with it.
func checkNotDeleted(k *keyfile.Key) error {
	if k.DeleteAt.IsZero() {
		return nil
	}
	return fmt.Errorf("%w: key %s is being deleted, until %s: undo that first: "+
		"`rekey keys cancel-destruction %s VERSION`, then `rekey keys enable %s`",
		keyadmin.ErrRefused, k.ID, keyadmin.Date(k.DeleteAt), k.ID, k.ID)
}
