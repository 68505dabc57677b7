package aead

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"testing"

	"rekey/shared/key"
)

// The body of docs/format.md, with its tag: one of AES-GCM under 01 x 32 and
// under 02 x 32, nonce 0, no additional data.
const twoKeysBody = "696e76697369626c652073616c616d2e178468e38e020c7e9f08fc69734aa8045a4d2416e5fb8a62ece547483a64e557"

// TestPlainGCMDoesNotCommit: the known collision is one, so what refuses it
// elsewhere is not a typing error in it.
func TestPlainGCMDoesNotCommit(t *testing.T) {
	sealed, err := hex.DecodeString(twoKeysBody)
	if err != nil {
		t.Fatal(err)
	}
	sealed = append(make([]byte, NonceSize), sealed...)
	for fill := byte(1); fill <= 2; fill++ {
		gcm, err := newGCM(bytes.Repeat([]byte{fill}, 32))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := openBody(gcm, nil, sealed, nil); err != nil {
			t.Errorf("does not open under %02x x 32", fill)
		}
	}
}

// TestCraftedForTwoKeys is the attack with everything in its favour: who holds
// the material of two keys of the same ids crafts a body with a tag that both
// body keys accept, over the header and the commitment of one. GCM opens it
// under both; the other key's commitment is all that refuses it.
func TestCraftedForTwoKeys(t *testing.T) {
	for a := key.AES128; a <= key.AES256HSM; a++ {
		one, two := testKey(t, a), testKey(t, a)
		header, sealed := sealed(t, one, "prefix", "", "")
		commitment, nonce := sealed[:CommitmentSize], sealed[CommitmentSize:][:NonceSize]
		s := one.state()
		data := bytes.Clone(s.additionalData(header, commitment, nil))
		one.release(s)
		body := collide(t, bodyKey(t, one, header), bodyKey(t, two, header), nonce, data)
		for name, k := range map[string]*Key{"one": one, "two": two} {
			gcm, err := newGCM(bodyKey(t, k, header))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := openBody(gcm, nil, append(bytes.Clone(nonce), body...), data); err != nil {
				t.Fatalf("%v: the crafted body is not a collision: GCM refuses it under %s", a, name)
			}
		}
		crafted := append(bytes.Clone(sealed[:CommitmentSize+NonceSize]), body...)
		if _, err := one.Open(nil, header, crafted, nil); err != nil {
			t.Errorf("%v: does not open under the key that it commits to: %v", a, err)
		}
		if got, err := two.Open(nil, header, crafted, nil); !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("%v: opens under a second key: %x, %v", a, got, err)
		}
		room := []byte("before, and room for the plaintext")
		if got, err := two.Open(room[:6], header, crafted, nil); !errors.Is(err, ErrOpen) || got != nil ||
			!bytes.Equal(room[6:][:len(body)-TagSize], make([]byte, len(body)-TagSize)) {
			t.Errorf("%v: opens under a second key: %x, %v, and leaves %q", a, got, err, room)
		}
	}
}

// bodyKey is a copy of what k derives for a header.
func bodyKey(t testing.TB, k *Key, header []byte) []byte {
	t.Helper()
	s := k.state()
	defer k.release(s)
	if _, err := s.derive(k.algorithm, header); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(s.okm[:k.algorithm.KeySize()])
}

// collide returns one block of body and a tag that AES-GCM accepts under both
// keys. The tag is linear in the block C (SP 800-38D, 6.4):
//
//	tag = (the rest's GHASH) + C x H^2 + E(J0)
//
// so that C = (the two keys' other terms) / (H1^2 + H2^2) makes both equal.
func collide(t testing.TB, key1, key2, nonce, data []byte) []byte {
	t.Helper()
	rest1, h1 := tagWithout(t, key1, nonce, data)
	rest2, h2 := tagWithout(t, key2, nonce, data)
	square1, square2 := h1.times(h1), h2.times(h2)
	block := rest1.plus(rest2).times(square1.plus(square2).inverse())
	tag := rest1.plus(block.times(square1))
	return append(block.bytes(), tag.bytes()...)
}

// tagWithout is the tag of one block of zeros as body, and the hash key.
func tagWithout(t testing.TB, bodyKey, nonce, data []byte) (tag, h element) {
	t.Helper()
	block, err := aes.NewCipher(bodyKey)
	if err != nil {
		t.Fatal(err)
	}
	var out [16]byte
	block.Encrypt(out[:], out[:])
	h = elementOf(out[:])
	padded := append(bytes.Clone(data), make([]byte, -len(data)&15)...)
	padded = append(padded, make([]byte, 16)...) // the body
	padded = binary.BigEndian.AppendUint64(padded, uint64(len(data))*8)
	padded = binary.BigEndian.AppendUint64(padded, 16*8)
	for ; len(padded) > 0; padded = padded[16:] {
		tag = tag.plus(elementOf(padded)).times(h)
	}
	block.Encrypt(out[:], append(bytes.Clone(nonce), 0, 0, 0, 1))
	return tag.plus(elementOf(out[:])), h
}

// element is one of GF(2^128) in the order of bits of GCM (SP 800-38D, 6.3).
type element [2]uint64

func elementOf(b []byte) element {
	return element{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (x element) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, x[0]), x[1])
}

func (x element) plus(y element) element { return element{x[0] ^ y[0], x[1] ^ y[1]} }

func (x element) times(y element) (z element) {
	for i := range 128 {
		if x[i/64]>>(63-i%64)&1 == 1 {
			z = z.plus(y)
		}
		carry := y[1] & 1
		y = element{y[0] >> 1, y[1]>>1 | y[0]<<63}
		y[0] ^= carry * 0xe1 << 56
	}
	return z
}

// inverse is x^(2^128 - 2).
func (x element) inverse() element {
	z := element{1 << 63, 0} // one
	for range 127 {
		x = x.times(x)
		z = z.times(x)
	}
	return z
}
