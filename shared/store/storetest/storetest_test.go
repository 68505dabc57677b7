package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/storetest"
)

// TestOtherKindOfStore runs the suite on a store that gives ids itself, does
// not say why something cannot be used, destroys a second late, forgets when,
// and then makes no version out of nothing.
func TestOtherKindOfStore(t *testing.T) {
	storetest.TestStore(t, func(t *testing.T) storetest.Harness {
		path := filepath.Join(t.TempDir(), "keyring.json")
		var mu sync.Mutex
		now := time.Now()
		open := func(t *testing.T) (keyring.Store, keyadmin.Admin) {
			a, err := admin.Open(path, admin.Options{Create: true, Now: func() time.Time {
				mu.Lock()
				defer mu.Unlock()
				return now
			}})
			if err != nil {
				t.Fatal(err)
			}
			s, err := file.Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			return vague{s}, barren{forgetful{late{ownIDs{a}}}}
		}
		s, a := open(t)
		return storetest.Harness{Store: s, Admin: a, Reopen: open, OwnIDs: true, Vague: true, ForgetsDates: true,
			Immediately: 2 * time.Second, Barren: true,
			Advance: func(d time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				now = now.Add(d)
			}}
	})
}

type ownIDs struct{ keyadmin.Admin }

func (a ownIDs) Create(ctx context.Context, c keyadmin.Creation) (*keyadmin.Key, error) {
	if c.ID != "" {
		return nil, fmt.Errorf("%w: ids are given here", keyadmin.ErrInvalid)
	}
	return a.Admin.Create(ctx, c)
}

func (ownIDs) Import(context.Context, keyadmin.Import) (*keyadmin.Version, error) {
	return nil, fmt.Errorf("%w: ids are given here", keyadmin.ErrInvalid)
}

type late struct{ keyadmin.Admin }

func (a late) ScheduleDestruction(ctx context.Context, id key.ID, v key.VersionID,
	s keyadmin.Schedule) (*keyadmin.Version, error) {
	if s.Pending == 0 {
		s.Pending = time.Second
	}
	return a.Admin.ScheduleDestruction(ctx, id, v, s)
}

type forgetful struct{ keyadmin.Admin }

func (a forgetful) Versions(ctx context.Context, id key.ID) ([]*keyadmin.Version, error) {
	all, err := a.Admin.Versions(ctx, id)
	for _, v := range all {
		if v.Status == key.VersionDestroyed {
			v.DestroyAt = time.Time{}
		}
	}
	return all, err
}

type barren struct{ keyadmin.Admin }

func (a barren) Rotate(ctx context.Context, id key.ID, as key.Algorithm) (*keyadmin.Version, error) {
	all, err := a.Admin.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if v.Status != key.VersionDestroyed {
			return a.Admin.Rotate(ctx, id, as)
		}
	}
	return nil, fmt.Errorf("%w: there is no version left", keyadmin.ErrRefused)
}

type vague struct{ store keyring.Store }

func (s vague) Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	got, err := s.store.Get(ctx, k, v)
	if v != "" && errors.Is(err, keyring.ErrNoKey) {
		return nil, keyring.ErrNoVersion
	}
	if keyring.Negative(err) {
		return nil, keyring.ErrNotUsable
	}
	return got, err
}
