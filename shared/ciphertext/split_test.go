package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"rekey/shared/internal/vectors"
	"rekey/shared/key"
)

// blobOf is a well-formed blob with a body of n bytes, all else zero.
func blobOf(k key.ID, v key.VersionID, n int) []byte {
	b := AppendPrefix(nil, key.AES256, k, v)
	return append(b, make([]byte, SaltSize+SealedOverhead+n)...)
}

func TestSplitVectors(t *testing.T) {
	for _, c := range vectors.Read(t).Cases {
		b, err := Split(c.Ciphertext)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if b.KeyID != c.KeyID || b.VersionID != c.VersionID || b.Algorithm != c.Alg(t) {
			t.Errorf("%s: split into %v %v %v", c.Name, b.Algorithm, b.KeyID, b.VersionID)
		}
		salt := b.Header[len(b.Header)-SaltSize:]
		if !bytes.Equal(salt, c.Salt) || !bytes.HasPrefix(b.Sealed, c.Commitment) ||
			!bytes.Equal(b.Sealed[CommitmentSize:][:NonceSize], c.Nonce) {
			t.Errorf("%s: the parts are not where they belong", c.Name)
		}
		if got := len(c.Ciphertext) - len(c.Plaintext); got > MaxOverhead ||
			got != fixedOverhead+len(c.KeyID)+len(c.VersionID) {
			t.Errorf("%s: overhead %d", c.Name, got)
		}
	}
}

func TestSplitMustFail(t *testing.T) {
	want := map[string]string{
		"kat-suite-unknown":   "unknown suite 5",
		"kat-format-2":        "unknown format 2: made by a newer version?",
		"kat-key-id-alphabet": "its key id has a character outside [A-Za-z0-9._-] at position 4",
		"kat-key-id-empty":    "its key id is empty",
	}
	for _, c := range vectors.Read(t).MustFail {
		_, err := Split(c.Ciphertext)
		if text, ok := want[c.Name]; ok && (err == nil || err.Error() != text) {
			t.Errorf("%s: %v, want %s", c.Name, err, text)
		} else if !ok && err != nil {
			t.Errorf("%s: %v, want none here", c.Name, err)
		}
	}
}

// TestSplitIdentity: the parts make up the blob, and its prefix is what
// AppendPrefix makes of them.
func TestSplitIdentity(t *testing.T) {
	for _, blob := range [][]byte{blobOf("k", "v", 0), blobOf("a.b", "_-", 1),
		blobOf(key.ID(strings.Repeat("k", 50)), key.VersionID(strings.Repeat("v", 50)), 32768)} {
		checkIdentity(t, blob)
	}
}

func checkIdentity(t *testing.T, blob []byte) {
	t.Helper()
	b, err := Split(blob)
	if err != nil {
		t.Fatal(err)
	}
	if got := append(bytes.Clone(b.Header), b.Sealed...); !bytes.Equal(got, blob) {
		t.Errorf("parts of %x make up %x", blob, got)
	}
	prefix := AppendPrefix(nil, b.Algorithm, b.KeyID, b.VersionID)
	if !bytes.HasPrefix(blob, prefix) || len(prefix)+SaltSize != len(b.Header) ||
		len(prefix) != PrefixSize(b.KeyID, b.VersionID) {
		t.Errorf("prefix %x of blob %x", prefix, blob)
	}
}

func TestSplitTruncations(t *testing.T) {
	blob := blobOf("key", "version", 0)
	for n := range blob {
		if _, err := Split(blob[:n]); err == nil {
			t.Errorf("splits %d of %d bytes", n, len(blob))
		}
	}
	if _, err := Split(append(blob, 0)); err != nil {
		t.Errorf("a body of one byte: %v", err)
	}
}

func TestSplitSays(t *testing.T) {
	good := blobOf("key", "version", 3)
	edit := func(f func(b []byte)) []byte {
		b := bytes.Clone(good)
		f(b)
		return b
	}
	text := base64.StdEncoding.EncodeToString(good)
	for _, c := range []struct {
		name string
		blob []byte
		want string
	}{
		{"empty", nil, "it is empty"},
		{"only the magic", []byte("RKY\x01"), "cut short: at least 89 bytes are missing at the end"},
		{"half the magic", []byte("RK"), "cut short: at least 91 bytes are missing at the end"},
		{"something else", []byte("something else"), "not an RKY1 ciphertext"},
		{"format 0", edit(func(b []byte) { b[3] = 0 }), "unknown format 0: made by a newer version?"},
		{"suite 0", edit(func(b []byte) { b[4] = 0 }), "unknown suite 0"},
		{"suite 255", edit(func(b []byte) { b[4] = 255 }), "unknown suite 255"},
		{"key id of dots", edit(func(b []byte) { copy(b[6:], "...") }), "its key id has only dots"},
		{"key id too long", edit(func(b []byte) { b[5] = 51 }),
			"its key id is 51 characters long, at most 50 are allowed"},
		{"version id of NUL", edit(func(b []byte) { b[10] = 0 }),
			"its version id has a character outside [A-Za-z0-9._-] at position 1"},
		{"cut in the key id", good[:7], "cut short: at least 88 bytes are missing at the end"},
		{"cut in the version id", good[:12], "cut short: at least 89 bytes are missing at the end"},
		{"cut in the salt", good[:20], "cut short: at least 81 bytes are missing at the end"},
		{"too long", blobOf("key", "version", MaxSize), "it is 33060 bytes long, at most 32959 are allowed"},
		{"a body too long", blobOf("k", "v", MaxBody+1), "its body is 32769 bytes long, at most 32768 are allowed"},
		{"twice base64", []byte(text), "it is base64 text of a ciphertext (encoded twice?): send the ciphertext " +
			"itself, in base64 once"},
		{"thrice base64", []byte(base64.StdEncoding.EncodeToString([]byte(text))),
			"it is base64 text of base64 text of a ciphertext (encoded twice?): send the ciphertext itself, in " +
				"base64 once"},
		{"hex", []byte(hex.EncodeToString(good)), "it is hexadecimal text of a ciphertext: send the ciphertext " +
			"itself, in base64 once"},
		{"Vault", []byte("vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w=="),
			"it is a Vault or OpenBao transit ciphertext: decrypt it there"},
		{"age", []byte("age-encryption.org/v1\n-> X25519"), "it is an age file: decrypt it with age"},
		{"AWS KMS", append([]byte{1, 2, 2, 0, 0x78}, make([]byte, 100)...),
			"it is an AWS KMS ciphertext: decrypt it there"},
		{"AWS SDK", append([]byte{2, 5, 0x78}, make([]byte, 100)...),
			"it is an AWS Encryption SDK message: decrypt it with that SDK"},
		{"Tink", append([]byte{1, 0xde, 0xad, 0xbe, 0xef}, make([]byte, 40)...),
			"it is perhaps a Tink ciphertext: decrypt it with Tink"},
	} {
		if _, err := Split(c.blob); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(blobOf("key", "version", 3))
	f.Add([]byte("RKY\x01"))
	f.Add([]byte("vault:v1:abc"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		if b, err := Split(blob); err == nil {
			checkIdentity(t, blob)
		} else if b.Header != nil || b.Sealed != nil || b.KeyID != "" || b.VersionID != "" {
			t.Errorf("an error and %+v", b)
		}
	})
}
