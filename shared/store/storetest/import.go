package storetest

import (
	"crypto/sha256"
	"strings"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

var importTests = map[string]func(*suite){
	"import":              testImport,
	"import refuses":      testImportRefuses,
	"import after death":  testImportAfterDestruction,
	"import without name": testImportNames,
}

// material is 32 bytes that are the same in every run.
func material(n byte) []byte {
	m := sha256.Sum256([]byte{n})
	return m[:]
}

// aes256 is the import of a version with material(n).
func aes256(k key.ID, v key.VersionID, n byte) keyadmin.Import {
	return keyadmin.Import{KeyID: k, VersionID: v, Algorithm: key.AES256, Material: material(n)}
}

func (s *suite) imported(k key.ID, v key.VersionID, n byte) *keyadmin.Version {
	s.t.Helper()
	return must[*keyadmin.Version](s)(s.Admin.Import(s.ctx, aes256(k, v, n)))
}

// needIDs ends a test of a store that gives ids itself, after checking that
// it says so.
func (s *suite) needIDs() {
	s.t.Helper()
	if !s.OwnIDs {
		return
	}
	v, err := s.Admin.Import(s.ctx, aes256("k1", "v1", 1))
	if err == nil {
		s.t.Fatalf("this store gives ids itself, and imported %+v", v)
	}
	s.hidesMaterial(err)
	s.t.Skip("this store gives ids itself")
}

func testImport(s *suite) {
	s.needIDs()
	given := keyadmin.Import{KeyID: "k1", VersionID: "v1", Algorithm: key.AES128, Material: material(1), Name: "orders"}
	v := must[*keyadmin.Version](s)(s.Admin.Import(s.ctx, given))
	clear(given.Material) // the store has its own copy
	if v.ID != "v1" || v.KeyID != "k1" || v.Algorithm != key.AES128 || !v.Primary || v.Status != key.VersionActive {
		s.t.Fatalf("imported %+v", v)
	}
	if k := s.admin("k1"); k.Name != "orders" || k.DefaultAlgorithm != key.AES128 || k.PrimaryVersion.ID != "v1" {
		s.t.Fatalf("imported into %+v", k)
	}
	want, err := keyring.NewVersion("k1", "v1", key.AES128, material(1))
	sealed := s.seal(must[*keyring.Version](s)(want, err))
	s.opens(s.get("k1", "v1"), sealed)

	if v := s.imported("k1", "v2", 2); v.Primary {
		s.t.Fatal("an imported version has become the primary of a key that had one")
	}
	if got := s.get("k1", ""); got.ID != "v1" {
		s.t.Fatalf("primary is %v, want v1", got)
	}
	if got := s.admin("k1").DefaultAlgorithm; got != key.AES128 {
		s.t.Fatalf("an import changed the default algorithm to %v", got)
	}
	s.Store, s.Admin = s.Reopen(s.t)
	s.opens(s.get("k1", "v1"), sealed)
	s.get("k1", "v2")
}

func testImportRefuses(s *suite) {
	s.needIDs()
	s.imported("k1", "v1", 1)
	before := s.admin("k1")
	for name, test := range map[string]struct {
		edit func(*keyadmin.Import) // of one that would be taken
		want error
	}{
		"same version": {func(i *keyadmin.Import) { *i = aes256("k1", "v1", 1) }, keyadmin.ErrExists},
		"same id":      {func(i *keyadmin.Import) { i.VersionID = "v1" }, keyadmin.ErrExists},
		"same material": {func(i *keyadmin.Import) { i.Algorithm, i.Material = key.AES128, material(1) },
			keyadmin.ErrExists},
		"31 bytes":           {func(i *keyadmin.Import) { i.Material = i.Material[1:] }, keyadmin.ErrInvalid},
		"33 bytes":           {func(i *keyadmin.Import) { i.Material = append(i.Material, 0) }, keyadmin.ErrInvalid},
		"no material":        {func(i *keyadmin.Import) { i.Material = nil }, keyadmin.ErrInvalid},
		"no algorithm":       {func(i *keyadmin.Import) { i.Algorithm = 0 }, keyadmin.ErrInvalid},
		"no key id":          {func(i *keyadmin.Import) { i.KeyID = "" }, keyadmin.ErrInvalid},
		"no version id":      {func(i *keyadmin.Import) { i.VersionID = "" }, keyadmin.ErrInvalid},
		"bad version id":     {func(i *keyadmin.Import) { i.VersionID = "a b" }, keyadmin.ErrInvalid},
		"bad name":           {func(i *keyadmin.Import) { i.KeyID, i.Name = "k2", " " }, keyadmin.ErrInvalid},
		"name is an id":      {func(i *keyadmin.Import) { i.KeyID, i.Name = "k2", "k1" }, keyadmin.ErrExists},
		"name is its own id": {func(i *keyadmin.Import) { i.KeyID, i.Name = "k2", "k2" }, keyadmin.ErrExists},
	} {
		s.t.Log(name)
		i := aes256("k1", "v2", 2)
		test.edit(&i)
		s.fails(test.want)(s.Admin.Import(s.ctx, i))
	}
	s.sameKey(s.admin("k1"), before)
	if n := len(must[[]*keyadmin.Version](s)(s.Admin.Versions(s.ctx, "k1"))); n != 1 {
		s.t.Fatalf("refused imports left %d versions", n)
	}
	s.refuses("k2", "", keyring.ErrNoKey)
}

// testImportAfterDestruction tries to bring back an id and material that were
// destroyed.
func testImportAfterDestruction(s *suite) {
	s.needIDs()
	s.imported("k1", "v1", 1)
	s.imported("k1", "v2", 2)
	s.schedule("k1", "v2", 0)
	for _, i := range []keyadmin.Import{aes256("k1", "v2", 2), aes256("k1", "v2", 3), aes256("k1", "v3", 2)} {
		s.fails(keyadmin.ErrExists)(s.Admin.Import(s.ctx, i))
	}
	s.imported("k2", "v2", 2) // another key's ids are its own
}

func testImportNames(s *suite) {
	s.needIDs()
	i := aes256("k1", "v1", 1)
	i.Name = "orders"
	must[*keyadmin.Version](s)(s.Admin.Import(s.ctx, i))
	i.VersionID, i.Material = "v2", material(2) // the same name again is fine
	must[*keyadmin.Version](s)(s.Admin.Import(s.ctx, i))
	i.VersionID, i.Material, i.Name = "v3", material(3), "other"
	s.fails(keyadmin.ErrExists)(s.Admin.Import(s.ctx, i))
	i.KeyID, i.Name = "k2", "orders"
	s.fails(keyadmin.ErrExists)(s.Admin.Import(s.ctx, i))
}

// hidesMaterial checks that an error shows none of the materials of this
// suite, however it is printed.
func (s *suite) hidesMaterial(err error) {
	s.t.Helper()
	text := printed(err)
	for n := range byte(10) {
		for _, form := range forms(material(n)) {
			if strings.Contains(text, form) {
				s.t.Fatalf("the error shows material number %d", n)
			}
		}
	}
}
