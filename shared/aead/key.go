package aead

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"log/slog"
	"sync"

	"rekey/shared/key"
)

// MaterialSize is the size in bytes of a version's material, whatever its
// algorithm: the output size of SHA-256, so that it is the pseudorandom key
// of HKDF-Expand (RFC 5869, 2.3) as it stands.
const MaterialSize = 32

// Key seals and opens messages under one version's material. It is safe for
// concurrent use and shows its material to nobody: every way of printing it
// shows only the algorithm.
type Key struct {
	algorithm key.Algorithm
	states    sync.Pool // of *state, keyed with the material
}

// state is what one message needs: the keyed HMAC, and room that would
// otherwise be allocated for each message.
type state struct {
	mac hash.Hash
	okm [okmSize]byte
	aad []byte
}

// NewKey makes a Key of 32 bytes of material, which it copies. Other lengths
// are refused: HMAC would pad or hash them silently.
func NewKey(a key.Algorithm, material []byte) (*Key, error) {
	if !a.Valid() {
		return nil, fmt.Errorf("aead: no such algorithm: %v", a)
	}
	if len(material) != MaterialSize {
		return nil, fmt.Errorf("aead: material is %d bytes long, want %d", len(material), MaterialSize)
	}
	own := [MaterialSize]byte(material)
	k := &Key{algorithm: a}
	k.states.New = func() any { return &state{mac: hmac.New(sha256.New, own[:])} }
	return k, nil
}

// Algorithm is the algorithm that the key was made for.
func (k *Key) Algorithm() key.Algorithm { return k.algorithm }

// String says what the key is, and nothing of what is in it.
func (k *Key) String() string { return "aead.Key(" + k.algorithm.String() + ")" }

// Format answers every verb with String, so that no %+v, %#v, %x or %d walks
// into the fields.
func (k *Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.String()) }

// LogValue is String for log/slog.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON is String as JSON.
func (k *Key) MarshalJSON() ([]byte, error) { return []byte(`"` + k.String() + `"`), nil }

var (
	_ fmt.Formatter  = (*Key)(nil)
	_ slog.LogValuer = (*Key)(nil)
)
