package keyadmin_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/keyadmin"
	fileadmin "rekey/shared/store/file/admin"
)

// Material of tests, in base64: 32 bytes from 0 on, and the like.
const (
	materialA = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	materialB = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHgA="
	materialC = "HgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHwA="
)

func newAdmin(t *testing.T) keyadmin.Admin {
	t.Helper()
	a, err := fileadmin.Open(filepath.Join(t.TempDir(), "keyring.json"), fileadmin.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func seed(t *testing.T, a keyadmin.Admin, text string) error {
	t.Helper()
	s, err := keyadmin.ReadSeed([]byte(text))
	if err != nil {
		return err
	}
	return s.Apply(context.Background(), a)
}

func TestSeed(t *testing.T) {
	a := newAdmin(t)
	err := seed(t, a, `{"keys": [
		{"id": "k1", "name": "app", "status": "ACTIVE", "versions": [
			{"id": "v1", "algorithm": "AES_128", "material": "`+materialA+`", "status": "SCHEDULED_FOR_DESTRUCTION"},
			{"id": "v2", "algorithm": "AES_256", "material": "`+materialB+`", "status": "ACTIVE"}]},
		{"id": "k2", "status": "INACTIVE", "versions": [
			{"id": "v1", "algorithm": "AES_192", "material": "`+materialA+`", "primary": true},
			{"id": "v2", "algorithm": "AES_256_HSM", "material": "`+materialC+`"}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := a.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, k := range all {
		got += fmt.Sprintf("%s %q %v primary %s\n", k.ID, k.Name, k.Status, k.PrimaryVersion.ID)
		versions, err := a.Versions(context.Background(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range versions {
			got += fmt.Sprintf("  %s %v %v\n", v.ID, v.Algorithm, v.Status)
		}
	}
	want := `k1 "app" ACTIVE primary v2
  v1 AES_128 SCHEDULED_FOR_DESTRUCTION
  v2 AES_256 ACTIVE
k2 "" INACTIVE primary v1
  v1 AES_192 ACTIVE
  v2 AES_256_HSM ACTIVE
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Errors say where, and repeat no material.
func TestSeedRefusals(t *testing.T) {
	version := func(id, material, rest string) string {
		return fmt.Sprintf(`{"id": %q, "algorithm": "AES_256", "material": %q%s}`, id, material, rest)
	}
	one := func(versions string) string {
		return `{"keys": [{"id": "k1", "versions": [` + versions + `]}]}`
	}
	for name, c := range map[string]struct{ seed, says string }{
		"nothing":  {``, "reading JSON"},
		"not JSON": {`keys`, "reading JSON"},
		"UTF-16": {"\xff\xfe{\x00\"\x00", "it is UTF-16 text, as PowerShell's > writes it: save it as " +
			"UTF-8"},
		"YAML": {"keys:\n  - id: k1\n", "it is YAML"},
		"a wrapped material": {one(`{"id": "v1", "material": "` + materialA[:20] + "\n" + materialA[20:] + `"}`),
			"it has a line break within a string, as wrapped base64 has"},
		"a trailing comma": {`{"keys": [],}`, "it has a comma before its }"},
		"a member's case": {`{"keys": [{"ID": "k1"}]}`, "unknown member at /keys/0/ID: did you mean id? The " +
			"fields are id, name, status and versions"},
		"no keys":           {`{}`, "it has no keys"},
		"an empty list":     {`{"keys": []}`, "it has no keys"},
		"an unknown member": {`{"keys": [{"id": "k1", "colour": 7}]}`, "/keys/0/colour"},
		"a member twice":    {`{"keys": [], "keys": []}`, "reading JSON"},
		"two documents":     {one(version("v1", materialA, "")) + `{}`, "reading JSON"},
		"no versions":       {one(``), "key number 1: it has no versions"},
		"a key twice": {`{"keys": [{"id": "k1", "versions": [` + version("v1", materialA, "") +
			`]}, {"id": "k1", "versions": [` + version("v2", materialB, "") + `]}]}`,
			"key number 2 has the id of an earlier one"},
		"a version twice": {one(version("v1", materialA, "") + "," + version("v1", materialB, "")),
			"version number 2"},
		"two primaries": {one(version("v1", materialA, `, "primary": true`) + "," +
			version("v2", materialB, `, "primary": true`)), "several primary versions"},
		"a bad id": {one(version("v 1", materialA, "")), "version number 1"},
		"no id": {`{"keys": [{"versions": [` + version("v1", materialA, "") + `]}]}`,
			"key id is required"},
		"short material": {one(version("v1", "c2VjcmV0", "")), "material is 6 bytes long, want 32"},
		"not base64":     {one(version("v1", materialA[:43], "")), "material is not padded base64"},
		"an algorithm": {one(strings.Replace(version("v1", materialA, ""), "AES_256", "DES", 1)),
			"unknown algorithm"},
		"a version's status": {one(version("v1", materialA, `, "status": "DESTROYED"`)),
			"status of version v1: want ACTIVE or SCHEDULED_FOR_DESTRUCTION"},
		"a key's status": {`{"keys": [{"id": "k1", "status": "OFF", "versions": [` + version("v1", materialA, "") +
			`]}]}`, "unknown key status"},
		"a scheduled primary": {one(version("v1", materialA, `, "status": "SCHEDULED_FOR_DESTRUCTION"`)),
			"is the primary"},
	} {
		err := seed(t, newAdmin(t), c.seed)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
			continue
		}
		for _, secret := range []string{materialA[:10], materialB[:10], "c2VjcmV0", "secret"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error shows material: %v", name, err)
			}
		}
	}
}

func TestSeedStopsAtAStoreThatFails(t *testing.T) {
	s, err := keyadmin.ReadSeed([]byte(`{"keys": [{"id": "k1", "versions": [{"id": "v1", "algorithm": "AES_256", ` +
		`"material": "` + materialA + `"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := s.Apply(context.Background(), failing{err: broken}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct {
	keyadmin.Admin
	err error
}

func (f failing) Import(context.Context, keyadmin.Import) (*keyadmin.Version, error) {
	return nil, f.err
}

// TestSeedByteOrderMark: editors put one at the front of a file.
func TestSeedByteOrderMark(t *testing.T) {
	if err := seed(t, newAdmin(t), "\ufeff"+`{"keys": [{"id": "k1", "versions": [{"id": "v1", "algorithm": `+
		`"AES_256", "material": "`+materialA+`"}]}]}`); err != nil {
		t.Error(err)
	}
}
