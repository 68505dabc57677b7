package sealed

import (
	"errors"
	"runtime/debug"
	"sync"

	"filippo.io/age"
)

// Work factors of scrypt (RFC 7914), as log2 N with r = 8 and p = 1: each
// takes 2^N KiB of memory.
const (
	// workFactor is what files are written with, 17: 128 MiB, and a third of a
	// second. It is the least that OWASP's Password Storage Cheat Sheet names;
	// age's own default, 18, would make every command take twice as long.
	workFactor = 17
	// maxWorkFactor is the most that a file may ask for, 20: 1 GiB, seconds.
	// More would be somebody's attempt to take the memory.
	maxWorkFactor = 20
)

// Work is what files are written with. Only tests change it.
var Work = workFactor

// wrap encrypts a text with a passphrase.
func wrap(text, secret []byte) ([]byte, error) {
	to, err := age.NewScryptRecipient(string(secret))
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(Work)
	defer beginScrypt()()
	return encrypt(text, to)
}

// unwrap decrypts what wrap or `age -p` made. If the passphrase is another one
// the error wraps ErrWrong; any other says how the file is damaged.
func unwrap(data, secret []byte) ([]byte, error) {
	with, err := age.NewScryptIdentity(string(secret))
	if err != nil {
		return nil, err
	}
	with.SetMaxWorkFactor(maxWorkFactor)
	text, err := decrypt(data, limitedIdentity{with})
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, ErrWrong
	case err != nil:
		return nil, damaged(because(err))
	}
	return text, nil
}

// limitedIdentity does scrypt only if it must, and one at a time.
type limitedIdentity struct{ *age.ScryptIdentity }

func (f limitedIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" { // a second part whose first is gone, or others' files
		return nil, errors.New("it does not begin with what a passphrase opens")
	}
	defer beginScrypt()()
	return f.ScryptIdentity.Unwrap(stanzas)
}

// scryptGCPercent is how much of the heap may be garbage while scrypt runs. It
// makes the heap so large that more would be as much memory again.
const scryptGCPercent = 10

var scrypts sync.Mutex

// beginScrypt begins a time in which scrypt may run: once at a time in a process,
// in the room that garbage had before, and whose end gives the memory back.
func beginScrypt() (end func()) {
	scrypts.Lock()
	before := debug.SetGCPercent(scryptGCPercent)
	debug.FreeOSMemory()
	return func() {
		debug.FreeOSMemory()
		debug.SetGCPercent(before)
		scrypts.Unlock()
	}
}
