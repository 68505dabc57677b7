// Package sealed is a keyring file under a passphrase: an age file
// (https://age-encryption.org/v1) with an scrypt recipient, in ASCII armor.
package sealed

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Work factors of scrypt (RFC 7914), as log2 N with r = 8 and p = 1: each
// takes 2^N KiB of memory.
const (
	// workFactor is what files are written with, 17: 128 MiB, and a third of a
	// second. It is the least that OWASP's Password Storage Cheat Sheet names;
	// age's own default, 18, would make every command and every change that a
	// server follows take twice as long.
	workFactor = 17
	// maxWorkFactor is the most that a file may ask for, 20: 1 GiB, seconds.
	// More would be somebody's attempt to take the memory.
	maxWorkFactor = 20
)

// Work is what files are written with. Only tests change it.
var Work = workFactor

// ErrWrong: the file is encrypted with another passphrase.
var ErrWrong = errors.New("is encrypted with another passphrase")

// binaryHeader begins an age file without armor, as `age -p` writes it.
const binaryHeader = "age-encryption.org/"

// Is reports whether data begins as an age file does.
func Is(data []byte) bool {
	return armored(data) || bytes.HasPrefix(data, []byte(binaryHeader))
}

func armored(data []byte) bool { return bytes.HasPrefix(data, []byte(armor.Header)) }

// Seal encrypts a text, with a new salt every time.
func Seal(text, secret []byte) ([]byte, error) {
	to, err := age.NewScryptRecipient(string(secret))
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(Work)
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

// Open decrypts what Seal or `age -p` made. If the passphrase is another one
// the error wraps ErrWrong; any other says how the file is damaged.
func Open(data, secret []byte) ([]byte, error) {
	with, err := age.NewScryptIdentity(string(secret))
	if err != nil {
		return nil, err
	}
	with.SetMaxWorkFactor(maxWorkFactor)
	text, err := decrypt(data, with)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, ErrWrong
	case err != nil:
		return nil, fmt.Errorf("is damaged (%w): restore it from a backup", err)
	}
	return text, nil
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
