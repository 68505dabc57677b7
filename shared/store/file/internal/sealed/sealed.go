// Package sealed is a keyring file under a passphrase, made of age files
// (https://age-encryption.org/v1) in ASCII armor. There are two, one behind the
// other:
//
//	-----BEGIN AGE ENCRYPTED FILE-----
//	(an identity of age, AGE-SECRET-KEY-1..., under the passphrase: scrypt)
//	-----END AGE ENCRYPTED FILE-----
//	-----BEGIN AGE ENCRYPTED FILE-----
//	(the keyring, to that identity: X25519)
//	-----END AGE ENCRYPTED FILE-----
//
// The passphrase opens the first, once a process; what it holds opens and
// seals the second, and every later one behind the same first, without scrypt.
// Anyone who knows the identity's recipient can make a second file, so it is as
// secret as the identity, and stands nowhere: an X25519 stanza does not have it.
//
// One age file that holds the keyring under the passphrase, in armor or not,
// as `age -p` makes it, is read as well.
package sealed

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// ErrWrong: the file is encrypted with another passphrase.
var ErrWrong = errors.New("is encrypted with another passphrase")

// binaryHeader begins an age file without armor, as `age -p` writes it.
const binaryHeader = "age-encryption.org/"

// Is reports whether data begins as an age file does.
func Is(data []byte) bool {
	return armored(data) || bytes.HasPrefix(data, []byte(binaryHeader))
}

func armored(data []byte) bool { return bytes.HasPrefix(data, []byte(armor.Header)) }

// Split returns the age file that needs the passphrase, and the one behind it;
// rest is nil if there is none.
func Split(data []byte) (first, rest []byte) {
	begin, behind, whole := bytes.Cut(data, []byte("\n"+armor.Footer))
	rest = bytes.TrimSpace(behind)
	separate := len(rest) < len(behind) && !bytes.HasPrefix(behind, rest)
	switch {
	case !armored(data) || !whole || len(rest) > 0 && !(separate && armored(rest)):
		return data, nil
	case len(rest) == 0:
		rest = nil
	}
	return data[:len(begin)+1+len(armor.Footer)], rest
}

func encrypt(text []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	shell := armor.NewWriter(&out)
	in, err := age.Encrypt(shell, to)
	if err != nil {
		return nil, err
	}
	_, err = in.Write(text)
	if err = errors.Join(err, in.Close(), shell.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func decrypt(data []byte, with age.Identity) ([]byte, error) {
	var in io.Reader = bytes.NewReader(data)
	if armored(data) {
		in = armor.NewReader(in)
	}
	out, err := age.Decrypt(in, with)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(out)
}

// because is why an age file does not open. Of its armor the library would
// quote a line, which may be the whole file.
func because(err error) string {
	var broken *armor.Error
	if errors.As(err, &broken) {
		return "its ASCII armor is broken"
	}
	return err.Error()
}

func damaged(why string) error {
	return fmt.Errorf("is damaged (%s): restore it from a backup", why)
}
