package storetest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/storetest"
)

// TestOtherKindOfStore runs the suite on a store that gives ids itself, does
// not say why something cannot be used, and has no clock that can be moved.
func TestOtherKindOfStore(t *testing.T) {
	storetest.TestStore(t, func(t *testing.T) storetest.Harness {
		path := filepath.Join(t.TempDir(), "keyring.json")
		open := func(t *testing.T) (keyring.Store, keyadmin.Admin) {
			a, err := admin.Open(path, admin.Options{Create: true})
			if err != nil {
				t.Fatal(err)
			}
			s, err := file.Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			return vague{s}, ownIDs{a}
		}
		s, a := open(t)
		return storetest.Harness{Store: s, Admin: a, Reopen: open, OwnIDs: true, Vague: true}
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

type vague struct{ store keyring.Store }

func (s vague) Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	got, err := s.store.Get(ctx, k, v)
	if keyring.Negative(err) {
		return nil, keyring.ErrNotUsable
	}
	return got, err
}
