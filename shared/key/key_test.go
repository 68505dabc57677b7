package key

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for id, want := range map[string]string{
		"a":                     "",
		"e6qexamplekey0000001":  "",
		"A.b_C-9":               "",
		"..a":                   "",
		strings.Repeat("x", 50): "",
		"":                      "is required",
		".":                     "has only dots",
		"...":                   "has only dots",
		strings.Repeat("x", 51): "is 51 characters long, at most 50 are allowed",
		"a b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		"a/b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		"a:b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		"é":                     "has a character outside [A-Za-z0-9._-] at position 1",
		"a\x00":                 "has a character outside [A-Za-z0-9._-] at position 2",
	} {
		for what, err := range map[string]error{"ID": ID(id).Check(), "VersionID": VersionID(id).Check(),
			"bytes": CheckBytes([]byte(id))} {
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s %q: %q, want %q", what, id, got, want)
			}
		}
	}
}

func TestAlphabet(t *testing.T) {
	for c := range 256 {
		want := strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", rune(c)) &&
			c < 128
		if got := CheckBytes([]byte{'a', byte(c)}) == nil; got != want {
			t.Errorf("byte %#x: allowed %v, want %v", c, got, want)
		}
	}
}

func TestNewIDs(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		k, err := NewID()
		if err != nil {
			t.Fatal(err)
		}
		v, err := NewVersionID()
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{string(k), string(v)} {
			if len(id) != newIDLen || ID(id).Check() != nil || seen[id] {
				t.Fatalf("bad new id %q", id)
			}
			seen[id] = true
		}
	}
}

func TestAlgorithms(t *testing.T) {
	sizes := map[Algorithm]int{AES128: 16, AES192: 24, AES256: 32, AES256HSM: 32}
	for n := range 256 {
		a := Algorithm(n)
		size, valid := sizes[a]
		if a.Valid() != valid || a.KeySize() != size {
			t.Errorf("%v: valid %v, size %d", a, a.Valid(), a.KeySize())
		}
		if back, err := ParseAlgorithm(a.String()); valid != (err == nil) || valid && back != a {
			t.Errorf("%v parses to %v, %v", a, back, err)
		}
	}
	for _, name := range []string{"", "aes_256", "AES-256", "AES256", " AES_256"} {
		if _, err := ParseAlgorithm(name); err == nil {
			t.Errorf("takes %q", name)
		}
	}
}

func TestStatuses(t *testing.T) {
	for _, s := range []Status{Active, Inactive} {
		if back, err := ParseStatus(s.String()); err != nil || back != s {
			t.Errorf("%v parses to %v, %v", s, back, err)
		}
	}
	for _, s := range []VersionStatus{VersionActive, VersionScheduled, VersionDestroyed} {
		if back, err := ParseVersionStatus(s.String()); err != nil || back != s {
			t.Errorf("%v parses to %v, %v", s, back, err)
		}
	}
	if _, err := ParseStatus(Status(0).String()); err == nil {
		t.Error("the zero Status is valid")
	}
	if _, err := ParseVersionStatus(VersionStatus(0).String()); err == nil {
		t.Error("the zero VersionStatus is valid")
	}
}
