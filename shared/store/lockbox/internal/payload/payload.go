// Package payload knows what in a Lockbox secret is a key.
package payload

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// generated is the end of the name of an entry whose text Lockbox made itself.
const generated = ".generated"

// Name is what the entry of a key is called.
func Name(a key.Algorithm, made bool) string {
	if made {
		return a.String() + generated
	}
	return a.String()
}

// ParseName is the algorithm that the name of an entry says, and whether
// Lockbox made its text.
func ParseName(name string) (a key.Algorithm, made bool, err error) {
	plain, made := strings.CutSuffix(name, generated)
	a, err = key.ParseAlgorithm(plain)
	return a, made, err
}

// Material reads a version's payload. Exactly one entry makes a key, and its
// name, case-sensitive, is the algorithm:
//
//	AES_256            binary_value of 32 bytes, or text_value: strict padded base64 of them
//	AES_256.generated  text_value made by Lockbox, from which aead.MaterialFromText derives 32 bytes
//
// So a role that is too broad never turns some other secret into a key. The
// error says what is wrong and never repeats a value.
func Material(p *lockbox.Payload) (key.Algorithm, []byte, error) {
	if n := len(p.Entries); n != 1 {
		return 0, nil, fmt.Errorf("its payload has %d entries, and a key's has one", n)
	}
	e := p.Entries[0]
	algorithm, made, err := ParseName(e.Key)
	if err != nil {
		return 0, nil, fmt.Errorf("the entry of its payload is not called %s, nor one of them with %s behind it",
			key.AlgorithmNames, generated)
	}
	material, err := material(e, made)
	if err != nil {
		return 0, nil, fmt.Errorf("entry %s: %w", e.Key, err)
	}
	return algorithm, material, nil
}

func material(e *lockbox.Payload_Entry, made bool) ([]byte, error) {
	switch v := e.Value.(type) {
	case *lockbox.Payload_Entry_TextValue:
		if made {
			return aead.MaterialFromText(v.TextValue)
		}
		return decode(v.TextValue)
	case *lockbox.Payload_Entry_BinaryValue:
		if made {
			return nil, errors.New("it is called generated and has a binary value, not a text")
		}
		return v.BinaryValue, size(len(v.BinaryValue))
	}
	return nil, errors.New("it has no value")
}

// textSize is 32 bytes in padded base64.
var textSize = base64.StdEncoding.EncodedLen(aead.MaterialSize)

// decode takes only one spelling: encoding/base64 skips line breaks, and
// would take bits behind the last byte.
func decode(text string) ([]byte, error) {
	if len(text) != textSize {
		return nil, fmt.Errorf("its text is %d characters long: want 32 bytes in padded base64, %d characters",
			len(text), textSize)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != aead.MaterialSize {
		return nil, errors.New("its text is not 32 bytes in padded base64")
	}
	return b, nil
}

func size(n int) error {
	if n != aead.MaterialSize {
		return fmt.Errorf("its binary value is %d bytes long, want %d", n, aead.MaterialSize)
	}
	return nil
}
