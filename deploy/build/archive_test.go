package build

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPack: names are sorted, times and modes fixed, whatever the order in
// which files come.
func TestPack(t *testing.T) {
	a, b := entry{"a", 0o644, []byte("1")}, entry{"b/c", 0o755, []byte("2")}
	one, err := pack([]entry{b, a})
	if err != nil {
		t.Fatal(err)
	}
	two, err := pack([]entry{a, b})
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("another order gives other bytes, or %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []entry{a, b} {
		if f := z.File[i]; f.Name != want.name || f.Mode() != want.mode || !f.Modified.Equal(written) {
			t.Errorf("entry %d is %s, %v, %v", i, f.Name, f.Mode(), f.Modified)
		}
	}
	dir := mustUnpack(t, one)
	if info, err := os.Stat(filepath.Join(dir, "b/c")); err != nil || info.Mode().Perm()&0o700 != 0o700 {
		t.Errorf("b/c is unpacked as %v, %v", info, err)
	}
}

// TestPackSameCompression: the compressor is Go's, and the same in the
// versions that these tests run with. If a new one fails here, archives that
// it makes differ from those of older ones: renew the sum, and say so to who
// deploys.
func TestPackSameCompression(t *testing.T) {
	const want = "5569eacb41ae7e438d2efb25986b48603cddb0e56c1d0166a949495483f6b867" // go1.23.12, go1.26.8
	random := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for text.Len() < 300<<10 {
		fmt.Fprintf(&text, "func (k *key%d) open%d(b []byte) error {\n", random.IntN(100), random.IntN(1000))
	}
	data, err := pack([]entry{{"a.go", 0o644, text.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != want {
		t.Errorf("the sum is %s, was %s", got, want)
	}
}

// TestUnpackStaysBelow: an archive writes nothing outside its folder.
func TestUnpackStaysBelow(t *testing.T) {
	for _, e := range []entry{{"../out", 0o644, nil}, {"/out", 0o644, nil}, {"a/../../out", 0o644, nil},
		{"link", 0o777 | fs.ModeSymlink, []byte("/etc")}} {
		data, err := pack([]entry{e})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "in")
		if err := Unpack(data, dir); err == nil || !strings.Contains(err.Error(), "below the folder") {
			t.Errorf("%s: %v", e.name, err)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "*")); err != nil || len(left) > 0 {
			t.Errorf("%s: there is %v, %v", e.name, left, err)
		}
	}
	if err := Unpack([]byte("no archive"), t.TempDir()); err == nil {
		t.Error("a file that is not an archive was unpacked")
	}
}
