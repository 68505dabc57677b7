package aead

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rekey/shared/internal/vectors"
	"rekey/shared/key"
)

// wycheproof reads one file of Project Wycheproof from the folder that the
// environment variable WYCHEPROOF names; testdata/wycheproof/README.md says
// where it comes from. The tests that use it are skipped without one.
func wycheproof(t *testing.T, file string, into any) {
	t.Helper()
	dir := os.Getenv("WYCHEPROOF")
	if dir == "" {
		t.Skip("WYCHEPROOF names no folder of vectors: testdata/wycheproof/README.md")
	}
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

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
	wycheproof(t, "aes_gcm_test.json", &file)
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
	t.Logf("tried %v", tried)
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
	got, err := openBody(gcm, sealed, c.AAD)
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
// taken away meanwhile, so that the info is the vector's alone. What RKY1
// leaves out, HKDF-Extract, is done here: PRK = HMAC(salt, ikm), 32 bytes as
// our material is. RKY1 needs two blocks: of longer outputs the first 64
// bytes are compared.
func TestWycheproofHKDF(t *testing.T) {
	var file struct {
		TestGroups []struct{ Tests []hkdfVector }
	}
	wycheproof(t, "hkdf_sha256_test.json", &file)
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
	t.Logf("tried %d", tried)
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
		t.Fatal(errors.New("PRK is no material"))
	}
	s := k.state()
	s.block(nil, c.Info, 1, s.okm[:0])
	s.block(s.okm[:sha256.Size], c.Info, 2, s.okm[:sha256.Size])
	return bytes.Clone(s.okm[:min(c.Size, okmSize)])
}
