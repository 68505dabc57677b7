package kms

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
)

// TestSwaps puts parts of one message into another of the same key, version,
// AAD and length.
func TestSwaps(t *testing.T) {
	a := attack(t)
	other := mustEncrypt(t, a.Service, "one", "aad", "plaintext")
	const salt, commitment, nonce, body = 12, 12 + 24, 12 + 24 + 32, 12 + 24 + 32 + 12
	tag := len(a.good) - 16
	for name, part := range map[string][2]int{
		"header": {0, commitment}, "salt": {salt, commitment}, "commitment": {commitment, nonce},
		"nonce": {nonce, body},
		"body":  {body, tag}, "tag": {tag, len(a.good)}, "body and tag": {body, len(a.good)},
		"salt and commitment": {salt, nonce},
		"all but the body":    {0, body}, "sealed": {commitment, len(a.good)},
	} {
		blob := bytes.Clone(a.good)
		copy(blob[part[0]:part[1]], other[part[0]:part[1]])
		a.refuses(t, name+" of another", blob, "aad", api.InvalidArgument, bad)
	}
	for name, part := range map[string][2]int{"commitment": {commitment, nonce}, "salt": {salt, commitment},
		"nonce": {nonce, body}, "tag": {tag, len(a.good)}} {
		blob := bytes.Clone(a.good)
		clear(blob[part[0]:part[1]])
		a.refuses(t, name+" zeroed", blob, "aad", api.InvalidArgument, bad)
	}
	version := bytes.Clone(a.good)
	version[11] = '2' // a version that there is
	a.refuses(t, "version id", version, "aad", api.InvalidArgument, bad)
	for suite := key.AES128; suite <= key.AES256HSM; suite++ {
		blob := bytes.Clone(a.good)
		if blob[4] = byte(suite); suite != key.AES256 {
			a.refuses(t, "suite "+suite.String(), blob, "aad", api.InvalidArgument, bad)
		}
	}
}

// TestKeyOfHeader: the key id decides before any material is asked for.
func TestKeyOfHeader(t *testing.T) {
	a := attack(t)
	blob := bytes.Clone(a.good)
	copy(blob[6:], "two")
	a.ring.asked = nil
	a.refuses(t, "key id", blob, "aad", api.InvalidArgument, bad+": it was made by key two")
	if len(a.ring.asked) > 0 {
		t.Errorf("the store was asked for %v", a.ring.asked)
	}
	_, err := a.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "two", AADContext: []byte("aad"),
		Ciphertext: blob})
	wantError(t, "asked for as what it says", err, api.InvalidArgument, bad)
}

// TestAAD: only the same AAD opens a message, and none over the limit is
// looked at.
func TestAAD(t *testing.T) {
	a := attack(t)
	for _, aad := range []string{"", "a", "aa", "aad ", "aad\x00", "\x00aad", "Aad", "aadaad",
		strings.Repeat("a", 8192)} {
		a.refuses(t, fmt.Sprintf("AAD %.9q", aad), a.good, aad, api.InvalidArgument, bad)
	}
	for i := range 8 * len("aad") {
		flipped := []byte("aad")
		flipped[i/8] ^= 1 << (i % 8)
		a.refuses(t, fmt.Sprint("AAD, bit ", i), a.good, string(flipped), api.InvalidArgument, bad)
	}
	long := strings.Repeat("a", 8193)
	a.refuses(t, "AAD of 8193 bytes", a.good, long, api.InvalidArgument, "...")
	sealed := mustEncrypt(t, a.Service, "one", long[:8192], "x")
	a.refuses(t, "AAD of 8191 for 8192 bytes", sealed, long[:8191], api.InvalidArgument, bad)
	if _, err := a.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: []byte(long[:8192]),
		Ciphertext: sealed}); err != nil {
		t.Errorf("AAD of 8192 bytes: %v", err)
	}
	// Where AAD ends and plaintext begins is authenticated.
	a.refuses(t, "(ab, c) as (a, bc)", mustEncrypt(t, a.Service, "one", "ab", "c"), "a", api.InvalidArgument, bad)
	a.refuses(t, "(a, bc) as (ab, c)", mustEncrypt(t, a.Service, "one", "a", "bc"), "ab", api.InvalidArgument, bad)
}

// TestCollisionSpliced puts the body that AES-GCM opens under 01 x 32 and 02
// x 32 (docs/format.md) behind headers and commitments of keys with just that
// material: bodies are not encrypted with the material, so it opens nowhere.
// That the commitment refuses a collision of the body keys themselves is
// TestCraftedForTwoKeys in package aead.
func TestCollisionSpliced(t *testing.T) {
	const body = "000000000000000000000000" +
		"696e76697369626c652073616c616d2e178468e38e020c7e9f08fc69734aa8045a4d2416e5fb8a62ece547483a64e557"
	sealed, err := hex.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range []byte{1, 2} {
		a := attack(t)
		a.ring.add(t, "one", "v1", key.AES256, bytes.Repeat([]byte{made}, 32))
		blob := append(mustEncrypt(t, a.Service, "one", "", "x")[:12+24+32], sealed...)
		for _, opened := range []byte{1, 2} {
			a.ring.add(t, "one", "v1", key.AES256, bytes.Repeat([]byte{opened}, 32))
			a.refuses(t, fmt.Sprint("made by ", made, ", opened by ", opened), blob, "", api.InvalidArgument, bad)
		}
	}
}

// TestSameIDsOtherMaterial: a key of the same ids in another store.
func TestSameIDsOtherMaterial(t *testing.T) {
	a := attack(t)
	a.ring.add(t, "one", "v1", key.AES256, material(77))
	a.refuses(t, "other material", a.good, "aad", api.InvalidArgument, bad)
}
