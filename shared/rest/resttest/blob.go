package resttest

import "testing"

// blob is a ciphertext and where its fields begin (docs/format.md).
type blob struct {
	all                 string
	suite, keyLen, key  int
	versionLen, version int
	salt, commitment    int
	nonce, body, tag    int
}

// mustSplit finds the fields of a ciphertext that the target has made.
func mustSplit(t *testing.T, sealed string) blob {
	t.Helper()
	const (
		magic                        = "RKY\x01"
		salt, commitment, nonce, tag = 24, 32, 12, 16
		least                        = len(magic) + 1 + 2 + 2 + salt + commitment + nonce + tag
	)
	b := blob{all: sealed, suite: len(magic), keyLen: len(magic) + 1, key: len(magic) + 2}
	if len(sealed) < least || sealed[:len(magic)] != magic {
		t.Fatalf("a ciphertext of %d bytes is not RKY1", len(sealed))
	}
	b.versionLen = b.key + int(sealed[b.keyLen])
	if b.versionLen >= len(sealed) {
		t.Fatal("a ciphertext ends in its key id")
	}
	b.version = b.versionLen + 1
	b.salt = b.version + int(sealed[b.versionLen])
	b.commitment = b.salt + salt
	b.nonce = b.commitment + commitment
	b.body = b.nonce + nonce
	b.tag = len(sealed) - tag
	if b.tag < b.body {
		t.Fatalf("a ciphertext of %d bytes is cut short", len(sealed))
	}
	return b
}

// put writes bytes over what is at a place.
func (b blob) put(at int, with string) string { return b.all[:at] + with + b.all[at+len(with):] }

// flip changes the lowest bit of the byte at a place.
func (b blob) flip(at int) string { return b.put(at, string([]byte{b.all[at] ^ 1})) }

func (b blob) keyID() string     { return b.all[b.key:b.versionLen] }
func (b blob) versionID() string { return b.all[b.version:b.salt] }

// another is an id that nearly is the given one.
func another(id string) string {
	if id[0] == 'a' {
		return "b" + id[1:]
	}
	return "a" + id[1:]
}
