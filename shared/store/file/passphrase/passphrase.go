package passphrase

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"rekey/shared/store/file/internal/sealed"
)

// What may stand between a keyring file and its text. Each continues the
// sentence "keyring F ..."; a damaged file has errors of its own.
var (
	// ErrMissing: the file is encrypted, and there is nobody to ask.
	ErrMissing = errors.New("is encrypted with a passphrase: name a file that has it with REKEY_PASSPHRASE_FILE or --passphrase-file, or run rekey at a terminal")
	// ErrWrong: it is encrypted with another passphrase.
	ErrWrong = sealed.ErrWrong
	// ErrPlain: a passphrase is configured, and the file is in plain text.
	// Only who knows the passphrase can have made an encrypted file; whoever
	// can write to the disk can have made this one.
	ErrPlain = errors.New("is not encrypted, and a passphrase is configured: `rekey keyring passphrase` encrypts it, or unset REKEY_PASSPHRASE_FILE")
)

// Passphrase opens and encrypts the keyring files of one process. It keeps
// the secret once it has opened a file, and the text of the last file, so
// that scrypt is paid for once and not for every look at the file. A nil
// Passphrase is none. It is safe for concurrent use.
type Passphrase struct {
	read       func(path string) ([]byte, error)
	configured bool
	decrypt    func(data, secret []byte) ([]byte, error) // sealed.Open; a seam for tests

	mu     sync.Mutex // guards what follows, and lets one caller at a time do scrypt
	secret []byte     // has opened or encrypted a file; nil before
	last   opened     // the file that was opened last
	failed refused    // the file that did not open last
}

// FromFile is the passphrase in a file, without the line break at its end. The
// file is read when it is first needed, and again when the passphrase opens a
// keyring no more: a server follows a change of both.
func FromFile(path string) *Passphrase {
	return &Passphrase{read: func(string) ([]byte, error) { return readFile(path) }, configured: true, decrypt: sealed.Open}
}

// FromPerson is a passphrase that ask gets from a person, who is told the path
// of a file, if it turns out to be encrypted, and is asked again for a file
// that has another one. Where nobody is there ask returns ErrMissing.
func FromPerson(ask func(path string) ([]byte, error)) *Passphrase {
	return &Passphrase{read: ask, decrypt: sealed.Open}
}

// Given is a passphrase that the caller has.
func Given(secret []byte) *Passphrase {
	return &Passphrase{read: func(string) ([]byte, error) { return secret, nil }, configured: true, decrypt: sealed.Open}
}

// Encrypted reports whether the bytes of a file are encrypted with a passphrase.
func Encrypted(data []byte) bool { return sealed.Is(data) }

// Configured reports whether the keyring is to be encrypted.
func (p *Passphrase) Configured() bool { return p != nil && p.configured }

// Admit refuses a file in plain text where a passphrase is configured.
func (p *Passphrase) Admit(data []byte) error {
	if p.Configured() && !Encrypted(data) {
		return ErrPlain
	}
	return nil
}

// Open returns the text of the file at path, whose bytes are data: what is in
// it if it is encrypted, else the bytes themselves. The text belongs to the
// Passphrase; do not write to it.
func (p *Passphrase) Open(path string, data []byte) ([]byte, error) {
	if !Encrypted(data) {
		return data, nil
	}
	if p == nil {
		return nil, ErrMissing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := sha256.Sum256(data)
	if p.last.text != nil && p.last.sum == sum {
		return p.last.text, nil
	}
	text, err := p.open(path, data, sum)
	if err != nil {
		return nil, err
	}
	p.last = opened{sum, text}
	return text, nil
}

// open tries the secret that is known, and then what read says now.
func (p *Passphrase) open(path string, data []byte, sum [sha256.Size]byte) ([]byte, error) {
	if p.secret != nil {
		text, err := p.try(data, sum, p.secret)
		if !errors.Is(err, ErrWrong) {
			return text, err
		}
	}
	secret, err := p.read(path)
	if err != nil {
		return nil, err
	}
	text, err := p.try(data, sum, secret)
	if err == nil {
		p.secret = secret
	}
	return text, err
}

func (p *Passphrase) try(data []byte, sum [sha256.Size]byte, secret []byte) ([]byte, error) {
	if p.failed.has(sum, secret) {
		return nil, ErrWrong
	}
	text, err := p.decrypt(data, secret)
	if errors.Is(err, ErrWrong) {
		p.failed.add(sum, secret)
	}
	return text, err
}

// Seal encrypts a text for the file at path with the secret that opened the
// last file, or with a new one, which must be good enough, and looks whether
// it opens again: a file that does not must never replace one that does.
func (p *Passphrase) Seal(path string, text []byte) ([]byte, error) {
	if p == nil {
		return nil, ErrMissing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	secret, err := p.forSealing(path)
	if err != nil {
		return nil, err
	}
	data, err := sealed.Seal(text, secret)
	if err != nil {
		return nil, fmt.Errorf("encrypting the keyring: %w", err)
	}
	again, err := p.decrypt(data, secret)
	if err == nil && !bytes.Equal(again, text) {
		err = errors.New("it has another text")
	}
	if err != nil {
		return nil, fmt.Errorf("encrypting the keyring: what was encrypted does not open: %w", err)
	}
	p.secret, p.last = secret, opened{sha256.Sum256(data), again}
	return data, nil
}

func (p *Passphrase) forSealing(path string) ([]byte, error) {
	if p.secret != nil {
		return p.secret, nil
	}
	secret, err := p.read(path)
	if err != nil {
		return nil, err
	}
	return secret, CheckNew(secret)
}

// Format prints a Passphrase as its kind alone, whatever the verb.
func (*Passphrase) Format(f fmt.State, _ rune) { fmt.Fprint(f, "passphrase.Passphrase") }

// LogValue is Format for log/slog.
func (*Passphrase) LogValue() slog.Value { return slog.StringValue("passphrase.Passphrase") }

var (
	_ fmt.Formatter  = (*Passphrase)(nil)
	_ slog.LogValuer = (*Passphrase)(nil)
)
