package passphrase

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"rekey/shared/plain"
	"rekey/shared/store/file/internal/sealed"
)

// What may stand between a keyring file and its text. Each continues the
// sentence "keyring F ..."; a damaged file has its own errors.
var (
	// ErrMissing: the file is encrypted, and there is nobody to ask.
	ErrMissing = errors.New("is encrypted with a passphrase: name a file that has it with REKEY_PASSPHRASE_FILE or " +
		"--passphrase-file, or run rekey at a terminal")
	// ErrWrong: it is encrypted with another passphrase.
	ErrWrong = sealed.ErrWrong
	// ErrPlain: a passphrase is configured, and the file is in plain text.
	// Only who knows the passphrase can have made an encrypted file; anyone who
	// can write to the disk can have made this one.
	ErrPlain = errors.New("is not encrypted, and a passphrase is configured")
)

// Passphrase opens and encrypts the keyring files of one process. It keeps
// the secret once it has opened a file, and what that unlocked: scrypt is paid
// for once, and again when somebody has changed the passphrase, but not for
// every change of the keyring. A nil Passphrase is none. It is safe for
// concurrent use.
type Passphrase struct {
	read       func(path string) ([]byte, error)
	configured bool
	setting    string                                               // has named the file; may be empty
	unlock     func(first, secret []byte) (*sealed.Unlocked, error) // does scrypt; a seam for tests
	seal       func(*sealed.Unlocked, []byte) ([]byte, error)       // likewise

	mu       sync.Mutex       // guards what follows
	secret   []byte           // has opened or encrypted a file; nil before
	unlocked *sealed.Unlocked // by it; nil before
	failed   refused          // what did not open last
}

func newPassphrase(read func(path string) ([]byte, error), configured bool) *Passphrase {
	return &Passphrase{read: read, configured: configured, unlock: sealed.Unlock, seal: (*sealed.Unlocked).Seal}
}

// FromFile is the passphrase in a file, without the line break at its end. The
// file is read when it is first needed, and again when the passphrase opens a
// keyring no more: a server follows a change of both.
// One that everybody may read is refused.
func FromFile(path string) *Passphrase {
	return newPassphrase(func(string) ([]byte, error) { return readFile(path, false) }, true)
}

// FromReadableFile is FromFile for a file that everybody may read, as mounts of
// Docker and Kubernetes are.
func FromReadableFile(path string) *Passphrase {
	return newPassphrase(func(string) ([]byte, error) { return readFile(path, true) }, true)
}

// FromPerson is a passphrase that ask gets from a person, who is told the path
// of a file, if it turns out to be encrypted, and is asked again for a file
// that has another one. Where nobody is there ask returns ErrMissing.
func FromPerson(ask func(path string) ([]byte, error)) *Passphrase {
	return newPassphrase(ask, false)
}

// Given is a passphrase that the caller has.
func Given(secret []byte) *Passphrase {
	return newPassphrase(func(string) ([]byte, error) { return secret, nil }, true)
}

// Encrypted reports whether the bytes of a file are encrypted with a passphrase.
func Encrypted(data []byte) bool { return sealed.Is(data) }

// Configured reports whether the keyring must be encrypted.
func (p *Passphrase) Configured() bool { return p != nil && p.configured }

// NamedBy notes which flag or variable has named the passphrase's file.
func (p *Passphrase) NamedBy(setting string) *Passphrase {
	p.setting = setting
	return p
}

// Admit refuses the file at path in plain text where a passphrase is configured.
func (p *Passphrase) Admit(path string, data []byte) error {
	if p.Configured() && !Encrypted(data) {
		return fmt.Errorf("%w: `rekey keyring passphrase --keyring %s` encrypts it, or do without %s",
			ErrPlain, plain.Shell(path), cmp.Or(p.setting, "the passphrase"))
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
	if !p.unlocked.Fits(data) {
		first, _ := sealed.Split(data)
		if err := p.open(path, first); err != nil {
			return nil, err
		}
	}
	return p.unlocked.Open(data)
}

// open tries the secret that is known, and then what read says now.
func (p *Passphrase) open(path string, first []byte) error {
	if p.secret != nil {
		if err := p.try(first, p.secret); !errors.Is(err, ErrWrong) {
			return err
		}
	}
	secret, err := p.read(path)
	if err != nil {
		return err
	}
	return p.try(first, secret)
}

func (p *Passphrase) try(first, secret []byte) error {
	sum := sha256.Sum256(first)
	if err := p.failed.find(sum, secret); err != nil {
		return err
	}
	unlocked, err := p.unlock(first, secret)
	if err != nil {
		p.failed.add(sum, secret, err)
		return err
	}
	p.secret, p.unlocked = secret, unlocked
	return nil
}

// Seal encrypts a text for the file at path with what opened the last file, or
// with the secret that did, or with a new one, which must be good enough. It
// looks whether the result opens again: a file that does not must never replace
// one that does.
func (p *Passphrase) Seal(path string, text []byte) ([]byte, error) {
	if p == nil {
		return nil, ErrMissing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.unlocked.Seals() {
		if err := p.renew(path); err != nil {
			return nil, err
		}
	}
	data, err := p.seal(p.unlocked, text)
	if err != nil {
		return nil, fmt.Errorf("encrypting the keyring: %w", err)
	}
	again, err := p.unlocked.Open(data)
	if err == nil && !(p.unlocked.Fits(data) && bytes.Equal(again, text)) {
		err = errors.New("it opens to another text")
	}
	if err != nil {
		return nil, notOpening(err)
	}
	return data, nil
}

// renew makes the new encryption, and opens it.
func (p *Passphrase) renew(path string) error {
	secret, err := p.forSealing(path)
	if err != nil {
		return err
	}
	first, err := sealed.NewFirst(secret)
	if err != nil {
		return fmt.Errorf("encrypting the keyring: %w", err)
	}
	unlocked, err := p.unlock(first, secret)
	if err != nil {
		return notOpening(err)
	}
	p.secret, p.unlocked = secret, unlocked
	return nil
}

func notOpening(err error) error {
	return fmt.Errorf("encrypting the keyring: what was encrypted does not open: %w", err)
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

// Format prints a Passphrase only as its kind, whatever the verb.
func (*Passphrase) Format(f fmt.State, _ rune) { fmt.Fprint(f, "passphrase.Passphrase") }

// LogValue is Format for log/slog.
func (*Passphrase) LogValue() slog.Value { return slog.StringValue("passphrase.Passphrase") }

var (
	_ fmt.Formatter  = (*Passphrase)(nil)
	_ slog.LogValuer = (*Passphrase)(nil)
)
