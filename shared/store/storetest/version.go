package storetest

import (
	"bytes"
	"errors"
	"sync"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var versionTests = map[string]func(*suite){
	"rotate":               testRotate,
	"rotate algorithm":     testRotateAlgorithm,
	"set primary":          testSetPrimary,
	"concurrent rotations": testConcurrentRotations,
}

var message = []byte("attack at dawn")

// seal encrypts the message, and opens checks that it opens again.
func (s *suite) seal(v *keyring.Version) []byte {
	s.t.Helper()
	return must[[]byte](s)(v.Key.Seal(nil, []byte(v.String()), nil, message))
}

func open(v *keyring.Version, sealed []byte) ([]byte, error) {
	header := len(v.String()) + aead.SaltSize
	return v.Key.Open(nil, sealed[:header], sealed[header:], nil)
}

func (s *suite) opens(v *keyring.Version, sealed []byte) {
	s.t.Helper()
	if got, err := open(v, sealed); err != nil || !bytes.Equal(got, message) {
		s.t.Fatalf("version %v does not open what it sealed: %v", v, err)
	}
}

func testRotate(s *suite) {
	k := s.create(keyadmin.Creation{})
	first := s.get(k.ID, "")
	sealed := s.seal(first)
	v := s.rotate(k.ID)
	if v.ID == first.ID || !v.Primary || v.Status != key.VersionActive || v.Algorithm != k.DefaultAlgorithm {
		s.t.Fatalf("rotated to %+v", v)
	}
	if got := s.admin(k.ID); got.PrimaryVersion.ID != v.ID || got.RotatedAt.IsZero() {
		s.t.Fatalf("after rotation the key is %+v", got)
	}
	if s.version(k.ID, first.ID).Primary {
		s.t.Fatal("the old primary still says that it is one")
	}
	if got := s.get(k.ID, ""); got.ID != v.ID {
		s.t.Fatalf("the store's primary is %v, want %s", got, v.ID)
	}
	s.opens(s.get(k.ID, first.ID), sealed)
	if _, err := s.get(k.ID, v.ID).Key.Open(nil, sealed[:len(first.String())+aead.SaltSize],
		sealed[len(first.String())+aead.SaltSize:], nil); err == nil {
		s.t.Fatal("a rotation kept the material")
	}
	versions := must[[]*keyadmin.Version](s)(s.Admin.Versions(s.ctx, k.ID))
	if len(versions) != 2 || versions[0].ID != first.ID || versions[1].ID != v.ID {
		s.t.Fatalf("versions are %+v, want the oldest first", versions)
	}
}

func testRotateAlgorithm(s *suite) {
	k := s.create(keyadmin.Creation{Algorithm: key.AES256})
	v := must[*keyadmin.Version](s)(s.Admin.Rotate(s.ctx, k.ID, key.AES128))
	if v.Algorithm != key.AES128 || s.admin(k.ID).DefaultAlgorithm != key.AES128 ||
		s.get(k.ID, "").Algorithm() != key.AES128 {
		s.t.Fatalf("rotated to AES_128: %+v", v)
	}
	if got := s.get(k.ID, k.PrimaryVersion.ID).Algorithm(); got != key.AES256 {
		s.t.Fatalf("the old version has become %v", got)
	}
	if v := s.rotate(k.ID); v.Algorithm != key.AES128 {
		s.t.Fatalf("the next rotation made %v, want the new default", v.Algorithm)
	}
	s.fails(keyadmin.ErrInvalid)(s.Admin.Rotate(s.ctx, k.ID, 9))
}

func testSetPrimary(s *suite) {
	k := s.create(keyadmin.Creation{})
	first := k.PrimaryVersion.ID
	second := s.rotate(k.ID).ID
	for range 2 { // no-op if it is the primary
		got := must[*keyadmin.Key](s)(s.Admin.SetPrimary(s.ctx, k.ID, first))
		if got.PrimaryVersion.ID != first || s.admin(k.ID).PrimaryVersion.ID != first || s.get(k.ID, "").ID != first {
			s.t.Fatalf("primary is %s, want %s", got.PrimaryVersion.ID, first)
		}
	}
	s.get(k.ID, second)
	s.schedule(k.ID, second, keyadmin.DefaultPending)
	s.fails(keyadmin.ErrRefused)(s.Admin.SetPrimary(s.ctx, k.ID, second))
	if got := s.get(k.ID, "").ID; got != first {
		s.t.Fatalf("a refused change made %s the primary", got)
	}
}

// testConcurrentRotations rotates one key through two admins concurrently.
func testConcurrentRotations(s *suite) {
	const each = 5
	k := s.create(keyadmin.Creation{})
	_, other := s.Reopen(s.t)
	var wg sync.WaitGroup
	made := make(chan key.VersionID, 4*each)
	for _, a := range []keyadmin.Admin{s.Admin, s.Admin, other, other} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range each {
				v, err := a.Rotate(s.ctx, k.ID, 0)
				if errors.Is(err, keyadmin.ErrDiffers) {
					continue // added, and another one is the primary already
				}
				if err != nil {
					s.t.Errorf("rotating: %v", err)
					return
				}
				made <- v.ID
			}
		}()
	}
	wg.Wait()
	close(made)
	for id := range made {
		s.get(k.ID, id)
	}
	if n := len(must[[]*keyadmin.Version](s)(s.Admin.Versions(s.ctx, k.ID))); n != 1+4*each {
		s.t.Fatalf("there are %d versions, want %d", n, 1+4*each)
	}
}
