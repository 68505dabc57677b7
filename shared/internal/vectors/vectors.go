// Package vectors reads the known answers of RKY1, tests/testdata/rky1.json, for
// tests. They were computed by an implementation independent of this one.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"rekey/shared/key"
)

// Hex is bytes, written in hexadecimal.
type Hex []byte

// UnmarshalText reads hexadecimal.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// File is the whole of rky1.json.
type File struct {
	Cases             []Case
	MustFail          []Case
	GeneratedMaterial []struct {
		Text     string
		Material Hex
	}
}

// Case is one known answer, or with Why one blob that must not open.
type Case struct {
	Name, Why  string
	Algorithm  string
	KeyID      key.ID
	VersionID  key.VersionID
	Material   Hex
	Salt       Hex
	Nonce      Hex
	Plaintext  Hex
	AADContext Hex
	BodyKey    Hex
	Commitment Hex
	Ciphertext Hex
}

// Alg is the case's algorithm.
func (c *Case) Alg(t testing.TB) key.Algorithm {
	t.Helper()
	a, err := key.ParseAlgorithm(c.Algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Read reads the file; a test cannot do without it.
func Read(t testing.TB) *File {
	t.Helper()
	_, self, _, _ := runtime.Caller(0)
	data, err := os.ReadFile(filepath.Join(filepath.Dir(self), "../../../tests/testdata/rky1.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f File
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) == 0 || len(f.MustFail) == 0 || len(f.GeneratedMaterial) == 0 {
		t.Fatal("tests/testdata/rky1.json has an empty part")
	}
	return &f
}
