package sealed

import (
	"bytes"
	"fmt"
	"slices"

	"filippo.io/age"
)

// Unlocked is the first age file of a keyring file, opened with its
// passphrase. It opens whatever has that first file, without scrypt.
type Unlocked struct {
	first    []byte              // the age file, as it lies on the disk
	identity *age.X25519Identity // nil if the age file holds the keyring itself
	text     []byte              // that keyring
}

// identityPrefix begins an identity, and no keyring.
const identityPrefix = "AGE-SECRET-KEY-1"

// NewFirst makes a new identity and encrypts it with a passphrase: a first age
// file, without its last line break, as Split returns it.
func NewFirst(secret []byte) ([]byte, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	first, err := wrap([]byte(identity.String()+"\n"), secret)
	return bytes.TrimSpace(first), err
}

// Unlock opens what Split says is the first age file. If the passphrase is
// another one the error wraps ErrWrong; any other says how the file is damaged.
func Unlock(first, secret []byte) (*Unlocked, error) {
	text, err := unwrap(first, secret)
	if err != nil {
		return nil, err
	}
	u := &Unlocked{first: bytes.Clone(first)}
	if !bytes.HasPrefix(text, []byte(identityPrefix)) {
		u.text = text
		return u, nil
	}
	u.identity, err = age.ParseX25519Identity(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, damaged("the identity in its first part is not one of age's") // err may quote it
	}
	return u, nil
}

// Fits reports whether data begins with what was unlocked. A nil Unlocked
// fits nothing.
func (u *Unlocked) Fits(data []byte) bool {
	first, _ := Split(data)
	return u != nil && bytes.Equal(first, u.first)
}

// Open returns the keyring in data, which must fit. Its error says how data is
// damaged.
func (u *Unlocked) Open(data []byte) ([]byte, error) {
	_, rest := Split(data)
	switch {
	case u.identity == nil && rest == nil:
		return u.text, nil
	case u.identity == nil:
		return nil, damaged("its first part holds no identity for the second")
	case rest == nil:
		return nil, damaged("its second part is missing")
	}
	text, err := decrypt(rest, u.identity)
	if err != nil {
		return nil, damaged("its second part: " + because(err))
	}
	return text, nil
}

// Seals reports whether Seal can be called: what `age -p` made has no identity.
func (u *Unlocked) Seals() bool { return u != nil && u.identity != nil }

// Seal encrypts a keyring behind the first age file, which stays unchanged.
func (u *Unlocked) Seal(text []byte) ([]byte, error) {
	rest, err := encrypt(text, u.identity.Recipient())
	if err != nil {
		return nil, err
	}
	return slices.Concat(u.first, []byte("\n"), rest), nil
}

// Format prints an Unlocked as its kind only, whatever the verb: age's
// identities print themselves.
func (*Unlocked) Format(f fmt.State, _ rune) { fmt.Fprint(f, "sealed.Unlocked") }
