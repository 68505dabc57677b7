package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

// Harness is one store under test, empty at the start.
type Harness struct {
	Store keyring.Store
	Admin keyadmin.Admin

	// Reopen opens the same keys again, as another process would; required.
	Reopen func(t *testing.T) (keyring.Store, keyadmin.Admin)
	// Advance moves the clock of store and admin forward; nil if it cannot be
	// moved: then what only time does is skipped.
	Advance func(time.Duration)
	// Window is for how long the admin protects a former primary; 0 if it
	// does not.
	Window time.Duration

	// OwnIDs: the store gives all ids itself. Chosen ids must be refused.
	OwnIDs bool
	// Vague: the store may answer ErrNotUsable for every state that forbids
	// use, ErrDenied for what is not there, and ErrNoVersion for a version of a
	// key that is not there.
	Vague bool
	// ForgetsDates: the store keeps no date of a version that is destroyed.
	ForgetsDates bool
	// Immediately is how long an immediate destruction may take: for so long the
	// version may be scheduled still. 0: it is destroyed with the call.
	Immediately time.Duration
	// Barren: a key whose versions are all destroyed can have no new one. That
	// must be refused.
	Barren bool
}

// suite is a harness inside of a test.
type suite struct {
	Harness
	t   *testing.T
	ctx context.Context
}

// TestStore runs the suite; open is called once for each of its tests.
func TestStore(t *testing.T, open func(t *testing.T) Harness) {
	for _, group := range []map[string]func(*suite){keyTests, versionTests, destroyTests, deleteTests, importTests,
		failureTests} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				test(&suite{Harness: open(t), t: t, ctx: context.Background()})
			})
		}
	}
}

// pass moves the clock, or ends the test here if it cannot be moved.
func (s *suite) pass(d time.Duration) {
	s.t.Helper()
	if s.Advance == nil {
		s.t.Skip("the rest waits for time to pass, and this store's clock cannot be moved")
	}
	s.Advance(d)
}

// must ends the test at an error of a step that only leads to the point.
func must[T any](s *suite) func(T, error) T {
	return func(v T, err error) T {
		s.t.Helper()
		if err != nil {
			s.t.Fatalf("got error %v, want none", err)
		}
		return v
	}
}

func (s *suite) create(c keyadmin.Creation) *keyadmin.Key {
	s.t.Helper()
	return must[*keyadmin.Key](s)(s.Admin.Create(s.ctx, c))
}

func (s *suite) rotate(id key.ID) *keyadmin.Version {
	s.t.Helper()
	return must[*keyadmin.Version](s)(s.Admin.Rotate(s.ctx, id, 0))
}

func (s *suite) schedule(id key.ID, v key.VersionID, pending time.Duration) *keyadmin.Version {
	s.t.Helper()
	return must[*keyadmin.Version](s)(s.Admin.ScheduleDestruction(s.ctx, id, v,
		keyadmin.Schedule{Pending: pending, Force: true}))
}

func (s *suite) get(id key.ID, v key.VersionID) *keyring.Version {
	s.t.Helper()
	got := must[*keyring.Version](s)(s.Store.Get(s.ctx, id, v))
	if got.KeyID != id || v != "" && got.ID != v {
		s.t.Fatalf("Get(%s, %q) answers with %v", id, v, got)
	}
	return got
}

// refuses expects an answer of the store, and that it is a negative one.
func (s *suite) refuses(id key.ID, v key.VersionID, want error) {
	s.t.Helper()
	got, err := s.Store.Get(s.ctx, id, v)
	if got != nil || !keyring.Negative(err) {
		s.t.Fatalf("Get(%s, %q) = %v, %v; want %v", id, v, got, err, want)
	}
	if !errors.Is(err, want) && !(s.Vague && vague(v, err, want)) {
		s.t.Fatalf("Get(%s, %q): got error %v, want %v", id, v, err, want)
	}
}

// vague tells whether err is what a vague store may answer instead of want.
func vague(v key.VersionID, err, want error) bool {
	return errors.Is(err, keyring.ErrNotUsable) || errors.Is(err, keyring.ErrDenied) ||
		v != "" && want == keyring.ErrNoKey && errors.Is(err, keyring.ErrNoVersion)
}

// fails expects an error of the admin that wraps want, and shows no material.
func (s *suite) fails(want error) func(any, error) {
	return func(_ any, err error) {
		s.t.Helper()
		if !errors.Is(err, want) {
			s.t.Fatalf("got error %v, want one that is %q", err, want)
		}
		s.hidesMaterial(err)
	}
}

// admin returns the key as the admin shows it, the same by Get and List.
func (s *suite) admin(id key.ID) *keyadmin.Key {
	s.t.Helper()
	got := must[*keyadmin.Key](s)(s.Admin.Get(s.ctx, id))
	for _, k := range must[[]*keyadmin.Key](s)(s.Admin.List(s.ctx)) {
		if k.ID == id {
			s.sameKey(k, got)
			return got
		}
	}
	s.t.Fatalf("key %s is in Get and not in List", id)
	return nil
}

// version returns a version as the admin shows it.
func (s *suite) version(id key.ID, v key.VersionID) *keyadmin.Version {
	s.t.Helper()
	for _, got := range must[[]*keyadmin.Version](s)(s.Admin.Versions(s.ctx, id)) {
		if got.ID == v {
			return got
		}
	}
	s.t.Fatalf("key %s: version %s is not listed", id, v)
	return nil
}

// sameKey compares all that the admin says about a key.
func (s *suite) sameKey(got, want *keyadmin.Key) {
	s.t.Helper()
	if !reflect.DeepEqual(got, want) {
		s.t.Fatalf("key is %+v with primary %+v, want %+v with primary %+v", got, got.PrimaryVersion, want,
			want.PrimaryVersion)
	}
}
