package storetest

import (
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var deleteTests = map[string]func(*suite){
	"delete":                 testDelete,
	"delete, undo":           testDeleteUndo,
	"delete, undo in part":   testDeleteUndoInPart,
	"delete twice":           testDeleteTwice,
	"delete keeps dates":     testDeleteKeepsDates,
	"delete forbids changes": testDeleteForbids,
}

func testDelete(s *suite) {
	id, old, primary := s.twoVersions()
	k := must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	if k.Status != key.Inactive || k.DeleteAt.IsZero() {
		s.t.Fatalf("deleted: %+v", k)
	}
	for _, v := range []key.VersionID{old, primary} {
		if got := s.version(id, v); got.Status != key.VersionScheduled || got.DestroyAt.IsZero() ||
			got.DestroyAt.After(k.DeleteAt) {
			s.t.Fatalf("the deleted key has version %+v", got)
		}
		s.refuses(id, v, keyring.ErrKeyInactive)
	}
	s.refuses(id, "", keyring.ErrKeyInactive)
	s.pass(keyadmin.DeleteGrace / 2)
	s.sameKey(must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id)), k) // again: no new grace
	s.pass(keyadmin.DeleteGrace / 2)
	s.checkGone(id, primary)
	s.create(keyadmin.Creation{}) // any write
	s.checkGone(id, primary)
	s.Store, s.Admin = s.Reopen(s.t)
	s.checkGone(id, primary)
}

// checkGone checks that a key is gone forever, and its id with it.
func (s *suite) checkGone(id key.ID, v key.VersionID) {
	s.t.Helper()
	s.refuses(id, "", keyring.ErrNoKey)
	s.refuses(id, v, keyring.ErrNoKey)
	for _, err := range s.everyMethod(id, v) {
		s.fails(keyadmin.ErrNotFound)(nil, err)
	}
	for _, k := range must[[]*keyadmin.Key](s)(s.Admin.List(s.ctx)) {
		if k.ID == id {
			s.t.Fatalf("deleted key %s is listed", id)
		}
	}
	if s.OwnIDs {
		return
	}
	s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{ID: id}))
	s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{Name: string(id)}))
	s.fails(keyadmin.ErrExists)(s.Admin.Import(s.ctx, aes256(id, "v9", 9)))
}

func testDeleteUndo(s *suite) {
	id, old, primary := s.twoVersions()
	before := s.admin(id)
	must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	if s.Advance != nil {
		s.Advance(keyadmin.DeleteGrace - time.Second)
	}
	s.fails(keyadmin.ErrRefused)(s.Admin.SetStatus(s.ctx, id, key.Active)) // the primary is still scheduled
	for _, v := range []key.VersionID{old, primary} {
		must[*keyadmin.Version](s)(s.Admin.CancelDestruction(s.ctx, id, v))
	}
	s.refuses(id, "", keyring.ErrKeyInactive)
	k := must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, id, key.Active))
	s.sameKey(k, before)
	s.get(id, "")
	s.get(id, old)
	s.pass(2 * keyadmin.DeleteGrace)
	s.sameKey(s.admin(id), before)
	s.get(id, "")
}

// testDeleteUndoInPart saves one version of two, and the key with it.
func testDeleteUndoInPart(s *suite) {
	id, old, primary := s.twoVersions()
	must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	must[*keyadmin.Version](s)(s.Admin.CancelDestruction(s.ctx, id, old))
	if k := s.admin(id); !k.DeleteAt.IsZero() {
		s.t.Fatalf("one version is saved, and the key will be deleted: %+v", k)
	}
	s.pass(keyadmin.DeleteGrace)
	if k := s.admin(id); k.Status != key.Inactive {
		s.t.Fatalf("nobody enabled the key, and it is %+v", k)
	}
	must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, id, key.Active))
	s.get(id, old)
	s.refuses(id, primary, keyring.ErrVersionDestroyed)
	s.refuses(id, "", keyring.ErrNoPrimary)
	s.rotate(id)
	s.get(id, "")
}

// testDeleteTwice saves one version and deletes again: the primary keeps its
// earlier date, and when that has passed, the key can still be saved.
func testDeleteTwice(s *suite) {
	id, old, primary := s.twoVersions()
	first := must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	must[*keyadmin.Version](s)(s.Admin.CancelDestruction(s.ctx, id, old))
	s.pass(keyadmin.DeleteGrace - time.Hour)
	again := must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	if !again.DeleteAt.After(first.DeleteAt) || !s.version(id, primary).DestroyAt.Equal(first.DeleteAt) {
		s.t.Fatalf("deleted again: %+v, with primary %+v", again, s.version(id, primary))
	}
	s.pass(time.Hour)
	must[*keyadmin.Version](s)(s.Admin.CancelDestruction(s.ctx, id, old))
	must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	k := must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, id, key.Active))
	if k.Status != key.Active || !k.DeleteAt.IsZero() {
		s.t.Fatalf("enabled: %+v", k)
	}
	s.refuses(id, old, keyring.ErrVersionScheduled)
	s.refuses(id, "", keyring.ErrNoPrimary)
	s.pass(keyadmin.DeleteGrace)
	s.refuses(id, old, keyring.ErrVersionDestroyed) // all of them, and the key is there
	if s.Barren {
		s.fails(keyadmin.ErrRefused)(s.Admin.Rotate(s.ctx, id, 0))
		return
	}
	s.rotate(id)
	s.get(id, "")
}

func testDeleteKeepsDates(s *suite) {
	id, old, _ := s.twoVersions()
	at := s.schedule(id, old, time.Hour).DestroyAt
	far := s.rotate(id).ID
	s.rotate(id)
	s.schedule(id, far, 2*keyadmin.DeleteGrace)
	k := must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	if got := s.version(id, old); !got.DestroyAt.Equal(at) {
		s.t.Fatalf("the earlier date %v has become %v", at, got.DestroyAt)
	}
	if got := s.version(id, far); got.DestroyAt.After(k.DeleteAt) {
		s.t.Fatalf("the key goes at %v and a version only at %v", k.DeleteAt, got.DestroyAt)
	}
}

func testDeleteForbids(s *suite) {
	id, old, primary := s.twoVersions()
	want := must[*keyadmin.Key](s)(s.Admin.Delete(s.ctx, id))
	s.fails(keyadmin.ErrRefused)(s.Admin.Rotate(s.ctx, id, 0))
	s.fails(keyadmin.ErrRefused)(s.Admin.SetPrimary(s.ctx, id, old))
	s.fails(keyadmin.ErrRefused)(s.Admin.ScheduleDestruction(s.ctx, id, primary, keyadmin.Schedule{Force: true}))
	must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, id, key.Inactive))
	s.sameKey(s.admin(id), want)
	if !s.OwnIDs {
		s.fails(keyadmin.ErrRefused)(s.Admin.Import(s.ctx, aes256(id, "v9", 9)))
	}
}
