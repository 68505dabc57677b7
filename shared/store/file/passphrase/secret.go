package passphrase

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"rekey/shared/secretfile"
)

// Lengths of a passphrase.
const (
	// minLength is the least length of a new one in characters, 15: NIST SP
	// 800-63B-4, section 3.1.1.2, for a password that nothing else protects.
	minLength = 15
	// maxSize is the most that is read, in bytes.
	maxSize = 1024
)

// CheckNew refuses a new passphrase that can be guessed by trying: anyone who has
// the file can try for as long as they like.
func CheckNew(secret []byte) error {
	if n := utf8.RuneCount(secret); n < minLength {
		return fmt.Errorf("the passphrase has %d characters: use at least %d, such as five words or what "+
			"`openssl rand -base64 18` prints", n, minLength)
	}
	return nil
}

// readFile reads a passphrase without the line break at its end: editors and
// echo write one that nobody means.
func readFile(path string, readable bool) ([]byte, error) {
	secret, err := secretfile.Read(path, maxSize, readable)
	if err != nil {
		return nil, fmt.Errorf("needs the passphrase in %s, which %w", path, err)
	}
	secret, _ = bytes.CutSuffix(secret, []byte("\n"))
	secret, _ = bytes.CutSuffix(secret, []byte("\r"))
	switch {
	case len(secret) == 0:
		return nil, fmt.Errorf("needs the passphrase in %s, which is empty", path)
	case len(secret) > maxSize:
		return nil, fmt.Errorf("needs the passphrase in %s, which is over %d bytes: is it another file?", path, maxSize)
	case bytes.IndexByte(secret, 0) >= 0:
		return nil, fmt.Errorf("needs the passphrase in %s, which is not UTF-8 text: save it as UTF-8", path)
	case bytes.ContainsAny(secret, "\r\n"):
		return nil, fmt.Errorf("needs the passphrase in %s, which has more than one line", path)
	}
	return secret, nil
}
