package aead

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rekey/shared/internal/vectors"
	"rekey/shared/key"
)

// The vectors of Project Wycheproof, Apache License 2.0, are a Go module. It
// stands in no go.mod, for it asks for a newer Go than the functions may: the
// first test that needs it downloads it into the module cache.
const wycheproofModule = "github.com/c2sp/wycheproof@v0.0.0-20260902155932-3fa63dd0344a"

// wycheproof reads one file of testvectors_v1, of this SHA-256.
func wycheproof(t *testing.T, file, sum string, into any) {
	t.Helper()
	dir, err := wycheproofDir()
	if err != nil {
		t.Skipf("SKIPPED: %s: %v", wycheproofModule, err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "testvectors_v1", file))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != sum {
		t.Fatalf("the SHA-256 of %s is %s, want %s", file, got, sum)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// wycheproofDir is the module's folder in the module cache.
var wycheproofDir = sync.OnceValues(func() (string, error) {
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(strings.TrimSpace(string(cache)), filepath.FromSlash(wycheproofModule))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	c := exec.Command("go", "mod", "download", wycheproofModule)
	c.Dir = os.TempDir() // outside of this module
	c.Env = append(os.Environ(), "GODEBUG=", "GOFLAGS=", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go mod download: %w: %s", err, out)
	}
	return dir, nil
})

type gcmVector struct {
	TcID                       int
	Key, IV, AAD, Msg, Ct, Tag vectors.Hex
	Result                     string
}

// TestWycheproofGCM runs the cases of a 96-bit nonce and a 128-bit tag, which
// are all that RKY1 has, against AES-GCM as this package builds it.
func TestWycheproofGCM(t *testing.T) {
	var file struct {
		TestGroups []struct {
			IVSize, TagSize int
			Tests           []gcmVector
		}
	}
	wycheproof(t, "aes_gcm_test.json", "985e5ecc172e181eaf49e89508b9470dcf478002eb7e8559c707eb42dc97dfe7", &file)
	tried := map[string]int{}
	for _, g := range file.TestGroups {
		if g.IVSize != 8*NonceSize || g.TagSize != 8*TagSize {
			continue
		}
		for _, c := range g.Tests {
			tried[c.Result]++
			checkGCM(t, c)
		}
	}
	t.Logf("FIGURE Wycheproof AES-GCM: tried %v", tried)
	if tried["valid"] < 100 || tried["invalid"] < 50 {
		t.Errorf("tried %v, want at least 100 valid and 50 invalid ones", tried)
	}
}

func checkGCM(t *testing.T, c gcmVector) {
	t.Helper()
	gcm, err := newGCM(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	sealed := bytes.Join([][]byte{c.IV, c.Ct, c.Tag}, nil)
	got, err := openBody(gcm, nil, sealed, c.AAD)
	switch {
	case c.Result != "valid" && (err == nil || got != nil):
		t.Errorf("case %d opens", c.TcID)
	case c.Result == "valid" && (err != nil || !bytes.Equal(got, c.Msg)):
		t.Errorf("case %d opens to %x, %v; want %x", c.TcID, got, err, c.Msg)
	case c.Result == "valid" && gcm.NonceSize() != 0: // the module takes a nonce
		if got := sealBody(gcm, nil, [NonceSize]byte(c.IV), c.Msg, c.AAD); !bytes.Equal(got, sealed) {
			t.Errorf("case %d seals to %x, want %x", c.TcID, got, sealed)
		}
	}
}

type hkdfVector struct {
	TcID            int
	IKM, Salt, Info vectors.Hex
	OKM             vectors.Hex
	Size            int
	Result          string
}

// TestWycheproofHKDF runs state.block, which is our HKDF-Expand. Its label is
// taken away meanwhile, so that the info is only the vector's. What RKY1
// leaves out, HKDF-Extract, is done here: PRK = HMAC(salt, ikm), 32 bytes as
// our material is. RKY1 needs two blocks: of longer outputs the first 64
// bytes are compared.
func TestWycheproofHKDF(t *testing.T) {
	var file struct {
		TestGroups []struct{ Tests []hkdfVector }
	}
	wycheproof(t, "hkdf_sha256_test.json", "bb2b462a38b251cb52a2aede706d6d4b62b26864f4e80c95497507ddb07c5f1e", &file)
	defer func(b []byte) { labelBytes = b }(labelBytes)
	labelBytes = nil
	tried := 0
	for _, g := range file.TestGroups {
		for _, c := range g.Tests {
			if c.Result != "valid" { // sizes over 255 blocks: RKY1 has one size
				continue
			}
			tried++
			if got, want := expand(t, c), c.OKM[:min(c.Size, okmSize)]; !bytes.Equal(got, want) {
				t.Errorf("case %d: %x, want %x", c.TcID, got, want)
			}
		}
	}
	t.Logf("FIGURE Wycheproof HKDF: tried %d", tried)
	if tried < 50 {
		t.Errorf("tried %d vectors, want at least 50", tried)
	}
}

func expand(t *testing.T, c hkdfVector) []byte {
	t.Helper()
	// HMAC fills a key up to its block with zeros (RFC 2104); done here, it is
	// long enough for FIPS 140-3 mode "only".
	salt := c.Salt
	if len(salt) < sha256.BlockSize {
		salt = append(bytes.Clone(salt), make([]byte, sha256.BlockSize-len(salt))...)
	}
	extract := hmac.New(sha256.New, salt)
	extract.Write(c.IKM)
	k, err := NewKey(key.AES256, extract.Sum(nil))
	if err != nil {
		t.Fatal(errors.New("PRK is not material"))
	}
	s := k.state()
	s.block(nil, c.Info, 1, s.okm[:0])
	s.block(s.okm[:sha256.Size], c.Info, 2, s.okm[:sha256.Size])
	return bytes.Clone(s.okm[:min(c.Size, okmSize)])
}
