package kms

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/pipeline"
)

// blobs are the ciphertexts of tests/testdata/blobs: made once, opened by every
// later version. What a name stands for never changes; new rows are made with
//
//	go test ./shared/kms -run TestGoldenBlobs -update
//
// which refuses to touch a file that there is.
var blobs = []struct {
	name           string // the material is SHA-256 of it
	algorithm      key.Algorithm
	key            key.ID
	version        key.VersionID
	plaintext, aad int // bytes: 0, 1, 2, ... and 255, 254, ...
}{
	{"aes-128", key.AES128, "golden-key", "golden-version", 32, 9},
	{"aes-192", key.AES192, "golden-key", "golden-version", 32, 9},
	{"aes-256", key.AES256, "golden-key", "golden-version", 32, 9},
	{"aes-256-hsm", key.AES256HSM, "golden-key", "golden-version", 32, 9},
	{"nothing", key.AES256, "golden-key", "golden-version", 0, 0},
	{"nothing-but-aad", key.AES128, "golden-key", "golden-version", 0, 8192},
	{"one-byte", key.AES256, "k", "v", 1, 0},
	{"a-block", key.AES192, "golden.key_0-Z", "0", 16, 1},
	{"a-block-and-a-byte", key.AES256, "...a", "-", 17, 1},
	{"largest", key.AES256HSM, key.ID(strings.Repeat("k", 50)), key.VersionID(strings.Repeat("v", 50)), 32768, 8192},
}

var update = flag.Bool("update", false, "make the files of tests/testdata/blobs that are missing")

const blobsDir = "../../tests/testdata/blobs"

// TestGoldenBlobs opens every blob, and holds the folder against its sums: no
// file is changed, missing or unlisted.
func TestGoldenBlobs(t *testing.T) {
	if *update {
		makeBlobs(t)
	}
	sums := readSums(t)
	for _, b := range blobs {
		data, err := os.ReadFile(filepath.Join(blobsDir, b.name+".rky1"))
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(data); sums[b.name+".rky1"] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: its SHA-256 is %x, want %s", b.name, sum, sums[b.name+".rky1"])
		}
		delete(sums, b.name+".rky1")
		r, aad := newRing(), countDown(b.aad)
		material := sha256.Sum256([]byte(b.name))
		r.add(t, b.key, b.version, b.algorithm, material[:])
		got, err := New(r, pipeline.Owner).Decrypt(ctx, api.Own(),
			&api.DecryptRequest{KeyID: b.key, AADContext: aad, Ciphertext: data})
		if err != nil || !bytes.Equal(got.Plaintext, countUp(b.plaintext)) {
			t.Errorf("%s does not open to what it was made of: %v", b.name, err)
		}
	}
	for name := range sums {
		t.Errorf("%s is listed in SHA256SUMS and opened by nobody", name)
	}
	files, err := filepath.Glob(filepath.Join(blobsDir, "*.rky1"))
	if err != nil || len(files) != len(blobs) {
		t.Errorf("%d files in %s (%v), want %d", len(files), blobsDir, err, len(blobs))
	}
}

// readSums reads SHA256SUMS, which `sha256sum -c` reads too.
func readSums(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(blobsDir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		sum, name, ok := strings.Cut(line, "  ")
		if !ok || sums[name] != "" {
			t.Fatalf("SHA256SUMS has the line %q", line)
		}
		sums[name] = sum
	}
	return sums
}

// makeBlobs makes the files that are missing and appends their sums. Salt and
// nonce are random, as always: a blob cannot be made again.
func makeBlobs(t *testing.T) {
	t.Helper()
	list, err := os.OpenFile(filepath.Join(blobsDir, "SHA256SUMS"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for _, b := range blobs {
		f, err := os.OpenFile(filepath.Join(blobsDir, b.name+".rky1"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			t.Logf("%s is there already: left unchanged", b.name)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		r, material := newRing(), sha256.Sum256([]byte(b.name))
		r.add(t, b.key, b.version, b.algorithm, material[:])
		sealed, err := seal(api.Own(), r.versions[ask{b.key, b.version}], countDown(b.aad), countUp(b.plaintext))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(sealed)
		_, err1 := f.Write(sealed)
		_, err2 := list.WriteString(hex.EncodeToString(sum[:]) + "  " + b.name + ".rky1\n")
		if err := errors.Join(err1, err2, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func countUp(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func countDown(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 255 - byte(i)
	}
	return b
}
