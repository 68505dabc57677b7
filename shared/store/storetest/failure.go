package storetest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var failureTests = map[string]func(*suite){
	"context over":   testContextOver,
	"versions print": testVersionsPrint,
	"generation":     testGeneration,
}

// testContextOver checks that a call whose context is over fails, changes
// nothing, and says nothing about the key.
func testContextOver(s *suite) {
	id, old, primary := s.twoVersions()
	before := s.admin(id)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancelLate := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancelLate()
	for _, s.ctx = range []context.Context{over, late} {
		_, created := s.Admin.Create(s.ctx, keyadmin.Creation{})
		_, listed := s.Admin.List(s.ctx)
		_, imported := s.Admin.Import(s.ctx, aes256("k1", "v1", 1))
		for _, err := range append(s.everyMethod(id, old), created, listed, imported) {
			s.checkOver(err)
		}
		_, err := s.Store.Get(s.ctx, id, "")
		s.checkOver(err)
	}
	s.ctx = context.Background()
	s.sameKey(s.admin(id), before)
	if n := len(must[[]*keyadmin.Key](s)(s.Admin.List(s.ctx))); n != 1 {
		s.t.Fatalf("there are %d keys, want 1", n)
	}
	s.get(id, old)
	s.get(id, primary)
}

func (s *suite) checkOver(err error) {
	s.t.Helper()
	switch {
	case err == nil:
		s.t.Fatal("a call with a context that is over succeeded")
	case keyring.Negative(err):
		s.t.Fatalf("a call with a context that is over answers %v", err)
	case s.OwnIDs && errors.Is(err, keyadmin.ErrInvalid): // an import, refused before anything
	case !errors.Is(err, s.ctx.Err()) && !errors.Is(err, keyring.ErrTimeout):
		s.t.Fatalf("got error %v, want %v", err, s.ctx.Err())
	}
}

// testVersionsPrint checks that no way of printing shows more than ids.
func testVersionsPrint(s *suite) {
	s.needIDs()
	s.imported("k1", "v1", 1)
	text := printed(s.get("k1", "v1"), s.admin("k1"), s.version("k1", "v1"))
	for _, form := range forms(material(1)) {
		if strings.Contains(text, form) {
			s.t.Fatal("a version prints its material")
		}
	}
}

// testGeneration checks that every change is a new generation, and that what
// changes nothing is none.
func testGeneration(s *suite) {
	g, ok := s.Store.(keyring.Generational)
	if !ok {
		s.t.Skip("this store has no generations")
	}
	seen := map[uint64]bool{must[uint64](s)(g.Generation(s.ctx)): true}
	id, old, primary := s.twoVersions()
	for name, change := range map[string]func() error{
		"create":  func() error { s.create(keyadmin.Creation{}); return nil },
		"rotate":  func() error { s.rotate(id); return nil },
		"disable": func() error { _, err := s.Admin.SetStatus(s.ctx, id, key.Inactive); return err },
		"schedule": func() error {
			_, err := s.Admin.ScheduleDestruction(s.ctx, id, old, keyadmin.Schedule{Force: true})
			return err
		},
		"delete": func() error { _, err := s.Admin.Delete(s.ctx, s.create(keyadmin.Creation{}).ID); return err },
	} {
		if err := change(); err != nil {
			s.t.Fatalf("%s: %v", name, err)
		}
		now := must[uint64](s)(g.Generation(s.ctx))
		if seen[now] {
			s.t.Fatalf("%s: the generation is %d as it was before", name, now)
		}
		seen[now] = true
	}
	before := must[uint64](s)(g.Generation(s.ctx))
	s.admin(id)
	must[*keyadmin.Key](s)(s.Admin.SetStatus(s.ctx, id, key.Inactive))
	s.fails(keyadmin.ErrRefused)(s.Admin.SetPrimary(s.ctx, id, old))
	s.version(id, primary)
	if now := must[uint64](s)(g.Generation(s.ctx)); now != before {
		s.t.Fatalf("nothing changed, and the generation went from %d to %d", before, now)
	}
}

// printed is everything that fmt makes of the values.
func printed(values ...any) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "%v %+v %#v %s %x %d\n", v, v, v, v, v, v)
	}
	return b.String()
}

// forms are ways in which material may show.
func forms(m []byte) []string {
	return []string{
		string(m),
		hex.EncodeToString(m),
		base64.StdEncoding.EncodeToString(m),
		base64.RawURLEncoding.EncodeToString(m),
		strings.Trim(fmt.Sprint(m), "[]"),
	}
}
