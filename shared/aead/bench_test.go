package aead

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"testing"

	"rekey/shared/key"
)

// BenchmarkSeal compares a message with the cost of plain AES-GCM: a reused
// key, a random nonce drawn for each message, and the same additional data.
func BenchmarkSeal(b *testing.B) {
	prefix := make([]byte, 47)
	for _, c := range []struct{ plaintext, aad int }{{32, 0}, {1024, 0}, {32 << 10, 8 << 10}} {
		plaintext, aad := make([]byte, c.plaintext), make([]byte, c.aad)
		b.Run(fmt.Sprintf("rky1/%d+%d", c.plaintext, c.aad), func(b *testing.B) {
			k := testKey(b, key.AES256)
			b.ReportAllocs()
			for range b.N {
				if _, err := k.Seal(nil, prefix, aad, plaintext); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("bare/%d+%d", c.plaintext, c.aad), func(b *testing.B) {
			block, err := aes.NewCipher(make([]byte, 32))
			if err != nil {
				b.Fatal(err)
			}
			gcm, err := cipher.NewGCM(block)
			if err != nil {
				b.Fatal(err)
			}
			data := make([]byte, len(prefix)+SaltSize+CommitmentSize+4+c.aad)
			b.ReportAllocs()
			for range b.N {
				out := make([]byte, NonceSize, NonceSize+c.plaintext+TagSize)
				rand.Read(out)
				gcm.Seal(out, out[:NonceSize], plaintext, data)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{32, 32 << 10} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			k := testKey(b, key.AES256)
			header, rest := sealed(b, k, "prefix", "", string(make([]byte, n)))
			b.ReportAllocs()
			for range b.N {
				if _, err := k.Open(nil, header, rest, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
