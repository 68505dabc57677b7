package key

import (
	"crypto/rand"
	"errors"
	"fmt"
)

// MaxIDLen is the longest id of a key or a version, in characters. Source:
// the length limits of symmetric_crypto_service.proto ("<=50").
const MaxIDLen = 50

// ID names a key, VersionID one of its versions. A value read from outside
// is not trusted until Check has passed.
type (
	ID        string
	VersionID string
)

// ErrEmptyID is what Check answers for the empty id.
var ErrEmptyID = errors.New("is required")

// Check reports what is wrong with the id: it must have 1 to 50 characters
// of [A-Za-z0-9._-], and not only dots. The error never repeats the id,
// which may hold anything.
func (id ID) Check() error { return check(string(id)) }

// Check reports what is wrong with the id: the rules are those of ID.Check.
func (id VersionID) Check() error { return check(string(id)) }

// CheckBytes is ID.Check for an id that is still a slice of a message.
func CheckBytes(id []byte) error { return check(id) }

func check[T string | []byte](id T) error {
	switch {
	case len(id) == 0:
		return ErrEmptyID
	case len(id) > MaxIDLen:
		return fmt.Errorf("is %d characters long, at most %d are allowed", len(id), MaxIDLen)
	}
	dots := 0
	for i := 0; i < len(id); i++ {
		if !inAlphabet(id[i]) {
			return fmt.Errorf("has a character outside [A-Za-z0-9._-] at position %d", i+1)
		}
		if id[i] == '.' {
			dots++
		}
	}
	if dots == len(id) {
		return errors.New("has only dots")
	}
	return nil
}

func inAlphabet(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == '-'
}

// newIDLen gives 20 characters, the length of Yandex Cloud's own ids; the
// 17 that are random carry 85 bits, so two stores never meet in one.
const newIDLen = 20

// NewID returns a random id of 20 characters for a key: the prefix "rky" and
// 17 of [a-v0-9]. It fails only if the system has no randomness.
func NewID() (ID, error) {
	s, err := newID("rky")
	return ID(s), err
}

// NewVersionID is NewID for a version, with the prefix "rkv".
func NewVersionID() (VersionID, error) {
	s, err := newID("rkv")
	return VersionID(s), err
}

func newID(prefix string) (string, error) {
	const letters = "abcdefghijklmnopqrstuv0123456789" // 32: one random byte, no bias
	var b [newIDLen]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	copy(b[:], prefix)
	return string(b[:]), nil
}
