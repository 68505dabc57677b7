package storetest

import (
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var destroyTests = map[string]func(*suite){
	"schedule, cancel":    testScheduleCancel,
	"schedule, destroy":   testScheduleDestroy,
	"destroy immediately": testDestroyImmediately,
	"schedule: primary":   testSchedulePrimary,
	"schedule: former":    testScheduleFormer,
	"schedule: set back":  testScheduleSetBack,
	"schedule: periods":   testSchedulePeriods,
	"schedule: twice":     testScheduleTwice,
	"cancel: not pending": testCancelNotPending,
}

// week is a destruction after the default pending period.
var week = keyadmin.Schedule{Pending: keyadmin.DefaultPending}

// twoVersions creates a key with an old version, out of any protection, and a
// primary.
func (s *suite) twoVersions() (id key.ID, old, primary key.VersionID) {
	s.t.Helper()
	k := s.create(keyadmin.Creation{})
	primary = s.rotate(k.ID).ID
	if s.Window > 0 && s.Advance != nil {
		s.Advance(s.Window)
	}
	return k.ID, k.PrimaryVersion.ID, primary
}

func testScheduleCancel(s *suite) {
	id, old, primary := s.twoVersions()
	sealed := s.seal(s.get(id, old))
	v := s.schedule(id, old, keyadmin.DefaultPending)
	if v.Status != key.VersionScheduled || v.DestroyAt.IsZero() || v.Primary {
		s.t.Fatalf("scheduled: %+v", v)
	}
	if got := s.version(id, old); *got != *v {
		s.t.Fatalf("version is %+v, want %+v", got, v)
	}
	s.refuses(id, old, keyring.ErrVersionScheduled)
	s.get(id, primary)
	s.get(id, "")

	v = must[*keyadmin.Version](s)(s.Admin.CancelDestruction(s.ctx, id, old))
	if v.Status != key.VersionActive || !v.DestroyAt.IsZero() {
		s.t.Fatalf("cancelled: %+v", v)
	}
	s.opens(s.get(id, old), sealed)
}

func testScheduleDestroy(s *suite) {
	id, old, _ := s.twoVersions()
	at := s.schedule(id, old, keyadmin.DefaultPending).DestroyAt
	s.pass(keyadmin.DefaultPending - time.Second)
	s.refuses(id, old, keyring.ErrVersionScheduled)
	s.pass(2 * time.Second)
	s.refuses(id, old, keyring.ErrVersionDestroyed)
	s.destroyed(s.version(id, old), at)
	s.fails(keyadmin.ErrRefused)(s.Admin.CancelDestruction(s.ctx, id, old))
	s.rotate(id) // any write
	s.refuses(id, old, keyring.ErrVersionDestroyed)
	s.checkDestroyed(id, old)
}

func testDestroyImmediately(s *suite) {
	id, old, primary := s.twoVersions()
	v := s.schedule(id, old, 0)
	at := v.DestroyAt
	if s.Immediately > 0 && v.Status == key.VersionScheduled {
		s.refuses(id, old, keyring.ErrVersionScheduled)
		s.pass(s.Immediately)
		v = s.version(id, old)
	}
	s.destroyed(v, at)
	s.checkDestroyed(id, old)
	s.get(id, primary)
	s.Store, s.Admin = s.Reopen(s.t)
	s.checkDestroyed(id, old)
}

// destroyed checks what is shown of a version that is destroyed, at the time
// that was said before.
func (s *suite) destroyed(v *keyadmin.Version, at time.Time) {
	s.t.Helper()
	if s.ForgetsDates {
		at = time.Time{}
	} else if at.IsZero() {
		s.t.Fatalf("version %s was to be destroyed without a date", v.ID)
	}
	if v.Status != key.VersionDestroyed || !v.DestroyAt.Equal(at) {
		s.t.Fatalf("version is %+v, want it DESTROYED at %v", v, at)
	}
}

// checkDestroyed checks that the version is listed, and that nothing brings
// it back.
func (s *suite) checkDestroyed(id key.ID, v key.VersionID) {
	s.t.Helper()
	s.refuses(id, v, keyring.ErrVersionDestroyed)
	if got := s.version(id, v); got.Status != key.VersionDestroyed {
		s.t.Fatalf("version is %+v, want it DESTROYED", got)
	}
	s.fails(keyadmin.ErrRefused)(s.Admin.SetPrimary(s.ctx, id, v))
	s.fails(keyadmin.ErrRefused)(s.Admin.CancelDestruction(s.ctx, id, v))
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, id, v,
		keyadmin.Schedule{Pending: keyadmin.DefaultPending, Force: true}))
}

func testSchedulePrimary(s *suite) {
	id, _, primary := s.twoVersions()
	for _, force := range []bool{false, true} {
		s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, id, primary,
			keyadmin.Schedule{Pending: keyadmin.DefaultPending, Force: force}))
	}
	s.get(id, primary)
	s.get(id, "")
}

func testScheduleFormer(s *suite) {
	if s.Window == 0 {
		s.t.Skip("this store does not protect former primaries")
	}
	k := s.create(keyadmin.Creation{})
	old := k.PrimaryVersion.ID
	second := s.rotate(k.ID).ID
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, k.ID, old, week))
	s.get(k.ID, old)
	s.schedule(k.ID, old, keyadmin.DefaultPending) // with force

	s.pass(s.Window)
	must[*keyadmin.Key](s)(s.Admin.SetPrimary(s.ctx, k.ID, s.rotate(k.ID).ID))
	s.pass(s.Window - time.Second)
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, k.ID, second, week))
	s.pass(time.Second)
	must[*keyadmin.Version](s)(s.Admin.ScheduleDestruction(s.ctx, k.ID, second, week))
}

// testScheduleSetBack makes an old version the primary for a moment: it is
// protected anew.
func testScheduleSetBack(s *suite) {
	if s.Window == 0 {
		s.t.Skip("this store does not protect former primaries")
	}
	id, old, primary := s.twoVersions()
	for _, v := range []key.VersionID{old, primary} {
		must[*keyadmin.Key](s)(s.Admin.SetPrimary(s.ctx, id, v))
	}
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, id, old, week))
	s.pass(s.Window)
	must[*keyadmin.Version](s)(s.Admin.ScheduleDestruction(s.ctx, id, old, week))
}

func testSchedulePeriods(s *suite) {
	id, old, _ := s.twoVersions()
	for pending, want := range map[time.Duration]error{
		-time.Second:                      keyadmin.ErrInvalid,
		keyadmin.MaxPending + time.Second: keyadmin.ErrInvalid,
		0:                                 keyadmin.ErrRefused,
		keyadmin.MinPending - time.Second: keyadmin.ErrRefused,
	} {
		s.fails(want)(s.Admin.ScheduleDestruction(s.ctx, id, old, keyadmin.Schedule{Pending: pending}))
		if want == keyadmin.ErrInvalid {
			s.fails(want)(s.Admin.ScheduleDestruction(s.ctx, id, old, keyadmin.Schedule{Pending: pending, Force: true}))
		}
	}
	s.get(id, old)
	s.pass(0) // below, an old version that nothing protects is needed
	_, err := s.Admin.ScheduleDestruction(s.ctx, id, old, keyadmin.Schedule{Pending: keyadmin.MinPending})
	if err != nil {
		s.t.Fatalf("scheduling after %v: %v", keyadmin.MinPending, err)
	}
}

func testScheduleTwice(s *suite) {
	id, old, _ := s.twoVersions()
	at := s.schedule(id, old, keyadmin.DefaultPending).DestroyAt
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, id, old, keyadmin.Schedule{Force: true}))
	if got := s.version(id, old); got.Status != key.VersionScheduled || !got.DestroyAt.Equal(at) {
		s.t.Fatalf("a refused change made the version %+v", got)
	}
}

func testCancelNotPending(s *suite) {
	id, old, primary := s.twoVersions()
	for _, v := range []key.VersionID{old, primary} {
		s.fails(keyadmin.ErrRefused)(s.Admin.CancelDestruction(s.ctx, id, v))
	}
}
