package kms

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// BenchmarkFailures times the ways in which a ciphertext does not open from
// the suite on, all of one size, beside one that opens. docs/threat-model.md says
// what they mean.
func BenchmarkFailures(b *testing.B) {
	for _, size := range []int{32, 32 << 10} {
		a, good := failing(b, size)
		at := len(good) - size - ciphertext.TagSize - ciphertext.NonceSize - ciphertext.CommitmentSize
		for _, c := range []struct {
			name string
			at   int // the byte to flip
			aad  string
		}{
			{"opens", -1, "aad"},
			{"commitment", at, "aad"},
			{"salt", at - 1, "aad"},
			{"body, first byte", at + 44, "aad"},
			{"body, last byte", len(good) - 17, "aad"},
			{"tag, first byte", len(good) - 16, "aad"},
			{"tag, last byte", len(good) - 1, "aad"},
			{"AAD", -1, "aae"},
			{"suite", 4, "aad"},
		} {
			blob := bytes.Clone(good)
			if c.at >= 0 {
				blob[c.at] ^= 7 // of the suite: 3 becomes 4
			}
			request := &api.DecryptRequest{KeyID: "one", AADContext: []byte(c.aad), Ciphertext: blob}
			b.Run(fmt.Sprintf("%d/%s", size, c.name), func(b *testing.B) {
				for range b.N {
					_, err := a.Decrypt(ctx, api.Own(), request)
					if (err == nil) != (c.name == "opens") {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func failing(b *testing.B, size int) (*Service, []byte) {
	b.Helper()
	r := newRing()
	r.add(b, "one", "v1", key.AES256, material(1))
	s := New(forgetful{r}, pipeline.Owner)
	return s, mustEncrypt(b, s, "one", "aad", string(make([]byte, size)))
}

// forgetful is a ring that writes down nothing, for a benchmark would fill
// the memory with what it asked.
type forgetful struct{ *ring }

func (f forgetful) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	return f.versions[ask{k, v}], nil
}
