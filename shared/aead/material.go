package aead

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// RandomBytes returns n bytes from crypto/rand: material of a new version, or
// a data key. It fails if the system has no randomness; nothing weaker is
// ever used instead.
func RandomBytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return nil, fmt.Errorf("drawing random bytes: %w", err)
	}
	return b, nil
}

// FingerprintSize is the size in bytes of a Fingerprint.
const FingerprintSize = 8

// Fingerprint identifies material without revealing it:
// HKDF-Expand(SHA-256, material, "RKY1 fingerprint", 8). A keyring keeps one
// beside each version, so that a changed character never becomes a key that
// encrypts. It panics unless material is 32 bytes long.
func Fingerprint(material []byte) [FingerprintSize]byte {
	if len(material) != MaterialSize {
		panic("aead: Fingerprint of material that is not 32 bytes long")
	}
	mac := hmac.New(sha256.New, material)
	mac.Write([]byte("RKY1 fingerprint\x01"))
	return [FingerprintSize]byte(mac.Sum(nil)[:FingerprintSize])
}

// Limits of the text that MaterialFromText takes.
const (
	// minTextLen and maxTextLen are in characters; 64 of 62 letters and
	// digits, which Lockbox generates for us, carry 381 bits.
	minTextLen = 64
	maxTextLen = 256
	// minDistinct distinguishes a generated text from a pattern: 64 random characters
	// of 62 have fewer than 16 distinct ones with probability under 2^-80.
	minDistinct = 16
)

// MaterialFromText derives material from a text that a secret store
// generated: HKDF-Extract(SHA-256, salt "RKY1 generated material", text)
// (RFC 5869, 2.2). The text must be 64 to 256 printable ASCII characters, at
// least 16 of them distinct. Errors never repeat it.
func MaterialFromText(text string) ([]byte, error) {
	if len(text) < minTextLen || len(text) > maxTextLen {
		return nil, fmt.Errorf("generated text is %d characters long, want %d to %d", len(text), minTextLen, maxTextLen)
	}
	var seen [128]bool
	distinct := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !printable(c) {
			return nil, errors.New("generated text has a character that is not printable ASCII")
		}
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	if distinct < minDistinct {
		return nil, fmt.Errorf("generated text has %d distinct characters, want at least %d", distinct, minDistinct)
	}
	mac := hmac.New(sha256.New, []byte("RKY1 generated material"))
	mac.Write([]byte(text))
	return mac.Sum(nil), nil
}

// CheckRaw refuses raw bytes that are hardly a random key: not 32 bytes, all
// printable ASCII (a password, or text of a key that wants decoding), or all
// the same. Errors never repeat them.
func CheckRaw(material []byte) error {
	if len(material) != MaterialSize {
		return fmt.Errorf("material is %d bytes long, want %d", len(material), MaterialSize)
	}
	same, text := true, true
	for _, c := range material {
		same = same && c == material[0]
		text = text && printable(c)
	}
	switch {
	case same:
		return errors.New("material is one byte repeated, not a random key")
	case text:
		return errors.New("material is all printable text, not a random key: if it is an encoded key, give its " +
			"format as base64 or hex")
	}
	return nil
}

func printable(c byte) bool { return ' ' <= c && c <= '~' }
