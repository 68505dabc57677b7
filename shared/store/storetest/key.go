package storetest

import (
	"strings"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var keyTests = map[string]func(*suite){
	"create":            testCreate,
	"create with id":    testCreateWithID,
	"create refuses":    testCreateRefuses,
	"names":             testNames,
	"list in order":     testListInOrder,
	"disable, enable":   testStatus,
	"unknown arguments": testUnknown,
	"reopen":            testReopen,
}

func testEmpty(s *suite) {
	if list := must[[]*keyadmin.Key](s)(s.Admin.List(s.ctx)); len(list) != 0 {
		s.t.Fatalf("a new store has %d keys", len(list))
	}
	s.refuses("k1", "", keyring.ErrNoKey)
	s.refuses("k1", "v1", keyring.ErrNoKey)
}

func testCreate(s *suite) {
	k := s.create(keyadmin.Creation{Name: "orders", Algorithm: key.AES192})
	if k.ID.Check() != nil || k.Name != "orders" || k.Status != key.Active || k.DefaultAlgorithm != key.AES192 ||
		k.CreatedAt.IsZero() || !k.RotatedAt.IsZero() || !k.DeleteAt.IsZero() {
		s.t.Fatalf("created %+v", k)
	}
	p := k.PrimaryVersion
	if p == nil || p.ID.Check() != nil || p.KeyID != k.ID || p.Status != key.VersionActive ||
		p.Algorithm != key.AES192 ||
		!p.Primary || p.CreatedAt.IsZero() || !p.DestroyAt.IsZero() {
		s.t.Fatalf("created with primary %+v", p)
	}
	s.sameKey(s.admin(k.ID), k)
	if got := s.version(k.ID, p.ID); *got != *p {
		s.t.Fatalf("version is %+v, want %+v", got, p)
	}
	if got := s.get(k.ID, ""); got.ID != p.ID || got.Algorithm() != key.AES192 {
		s.t.Fatalf("primary is %v with %v", got, got.Algorithm())
	}
	s.get(k.ID, p.ID)
	if k := s.create(keyadmin.Creation{}); k.DefaultAlgorithm != keyadmin.DefaultAlgorithm ||
		k.PrimaryVersion.Algorithm != keyadmin.DefaultAlgorithm {
		s.t.Fatalf("created without an algorithm: %+v", k)
	}
}

func testCreateWithID(s *suite) {
	k, err := s.Admin.Create(s.ctx, keyadmin.Creation{ID: "k1"})
	if s.OwnIDs {
		if err == nil {
			s.t.Fatal("this store gives ids itself, and took a chosen one")
		}
		return
	}
	if must[*keyadmin.Key](s)(k, err).ID != "k1" {
		s.t.Fatalf("created %s, want k1", k.ID)
	}
	s.get("k1", "")
	s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{ID: "k1"}))
	s.create(keyadmin.Creation{Name: "orders"})
	s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{ID: "orders"}))
}

func testCreateRefuses(s *suite) {
	testEmpty(s)
	for name, c := range map[string]keyadmin.Creation{
		"algorithm":       {Algorithm: 9},
		"long name":       {Name: strings.Repeat("ж", keyadmin.MaxNameLen+1)},
		"space before":    {Name: " orders"},
		"space after":     {Name: "orders "},
		"line break":      {Name: "or\nders"},
		"escape sequence": {Name: "or\x1b[2Jders"},
		"invalid UTF-8":   {Name: "or\xffders"},
		"id with a slash": {ID: "a/b"},
		"long id":         {ID: key.ID(strings.Repeat("a", key.MaxIDLen+1))},
	} {
		_, err := s.Admin.Create(s.ctx, c)
		if s.OwnIDs && c.ID != "" && err != nil {
			continue // in whatever words
		}
		s.t.Log(name)
		s.fails(keyadmin.ErrInvalid)(nil, err)
	}
	testEmpty(s) // still
}

func testNames(s *suite) {
	long := strings.Repeat("ж", keyadmin.MaxNameLen)
	for _, name := range []string{"orders", long, "заказы, №1"} {
		if k := s.create(keyadmin.Creation{Name: name}); k.Name != name {
			s.t.Fatalf("name is %q, want %q", k.Name, name)
		}
		s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{Name: name}))
	}
	k := s.create(keyadmin.Creation{})
	s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{Name: string(k.ID)}))
	for _, alike := range [][2]string{{"caf\u00e9", "cafe\u0301"}, {"\u1100\u1161", "\uac00"}} {
		s.create(keyadmin.Creation{Name: alike[0]})
		s.fails(keyadmin.ErrExists)(s.Admin.Create(s.ctx, keyadmin.Creation{Name: alike[1]}))
	}
	s.create(keyadmin.Creation{}) // many may have none
	s.refuses("orders", "", keyring.ErrNoKey)
}

func testListInOrder(s *suite) {
	var want []key.ID
	for range 5 {
		want = append(want, s.create(keyadmin.Creation{}).ID)
	}
	list := must[[]*keyadmin.Key](s)(s.Admin.List(s.ctx))
	if len(list) != len(want) {
		s.t.Fatalf("%d keys are listed, want %d", len(list), len(want))
	}
	for i, k := range list {
		if k.ID != want[i] {
			s.t.Fatalf("key %d of the list is %s, want %s", i, k.ID, want[i])
		}
	}
}

func testStatus(s *suite) {
	k := s.create(keyadmin.Creation{})
	other := s.create(keyadmin.Creation{})
	for range 2 { // idempotent
		got := must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, k.ID, key.Inactive))
		if got.Status != key.Inactive || s.admin(k.ID).Status != key.Inactive {
			s.t.Fatalf("disabled, and %v", got.Status)
		}
		s.refuses(k.ID, "", keyring.ErrKeyInactive)
		s.refuses(k.ID, k.PrimaryVersion.ID, keyring.ErrKeyInactive)
		s.get(other.ID, "")
	}
	for range 2 {
		got := must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, k.ID, key.Active))
		s.sameKey(got, k)
		s.get(k.ID, "")
		s.get(k.ID, k.PrimaryVersion.ID)
	}
	s.fails(keyadmin.ErrInvalid)(s.Admin.SetStatus(s.ctx, k.ID, 0))
	s.sameKey(s.admin(k.ID), k)
}

// testUnknown asks every method about a key and a version that are not there.
func testUnknown(s *suite) {
	k := s.create(keyadmin.Creation{})
	for _, id := range []key.ID{"no-such-key", "", "a/b"} {
		want := keyadmin.ErrInvalid
		if id.Check() == nil {
			want = keyadmin.ErrNotFound
		}
		for _, err := range s.everyMethod(id, "v1") {
			s.fails(want)(nil, err)
		}
	}
	s.fails(keyadmin.ErrNotFound)(s.Admin.SetPrimary(s.ctx, k.ID, "no-such-version"))
	s.fails(keyadmin.ErrNotFound)(s.Admin.ScheduleDestruction(s.ctx, k.ID, "no-such-version",
		week))
	s.fails(keyadmin.ErrNotFound)(s.Admin.CancelDestruction(s.ctx, k.ID, "no-such-version"))
	s.fails(keyadmin.ErrInvalid)(s.Admin.SetPrimary(s.ctx, k.ID, "a/b"))
	s.refuses(k.ID, "no-such-version", keyring.ErrNoVersion)
	s.refuses("no-such-key", k.PrimaryVersion.ID, keyring.ErrNoKey)
}

// everyMethod returns the errors of all methods that take a key there is.
func (s *suite) everyMethod(id key.ID, v key.VersionID) []error {
	var errs []error
	note := func(_ any, err error) { errs = append(errs, err) }
	note(s.Admin.Get(s.ctx, id))
	note(s.Admin.Versions(s.ctx, id))
	note(s.Admin.Rotate(s.ctx, id, 0))
	note(s.Admin.SetPrimary(s.ctx, id, v))
	note(s.Admin.SetStatus(s.ctx, id, key.Inactive))
	note(s.Admin.ScheduleDestruction(s.ctx, id, v, week))
	note(s.Admin.CancelDestruction(s.ctx, id, v))
	note(s.Admin.Delete(s.ctx, id))
	return errs
}

func testReopen(s *suite) {
	k := s.create(keyadmin.Creation{Name: "orders"})
	v := s.rotate(k.ID)
	sealed := s.seal(s.get(k.ID, ""))
	want := s.admin(k.ID)
	s.Store, s.Admin = s.Reopen(s.t)
	s.sameKey(s.admin(k.ID), want)
	s.opens(s.get(k.ID, v.ID), sealed)
}
