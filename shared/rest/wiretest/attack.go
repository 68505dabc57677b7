package wiretest

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// forgery is a ciphertext that must not open as one of the first key, and what
// decrypt and reEncrypt say of it.
type forgery struct {
	name, sealed, aad string
	status, code      int
	message           string
}

// fails has decrypt or reEncrypt, in turns, look at each forgery; and both at
// one that only the key tells.
func (s *suite) fails(t *testing.T, rows []forgery) {
	t.Helper()
	for i, row := range rows {
		sealed, aad, both := b64(row.sealed), b64(row.aad), !strings.HasPrefix(row.message, headerFault)
		t.Run(row.name, func(t *testing.T) {
			if both || i%2 == 0 {
				s.post(t, "$K:decrypt", `{"ciphertext":"`+sealed+`","aadContext":"`+aad+`"}`).
					wantError(t, row.status, row.code, row.message)
			}
			if both || i%2 == 1 {
				s.post(t, "$S:reEncrypt", `{"sourceKeyId":"$K","ciphertext":"`+sealed+`","sourceAadContext":"`+aad+
					`"}`).
					wantError(t, row.status, row.code, row.message)
			}
		})
	}
}

const headerFault = "Bad ciphertext: "

// told is a forgery whose header says what is wrong.
func told(name, sealed, what string) forgery {
	return forgery{name, sealed, aad, 400, invalidArgument, headerFault + what}
}

// same is a forgery for which there is one answer, always the same.
func same(name, sealed, aad string) forgery {
	return forgery{name, sealed, aad, 400, invalidArgument, "Bad ciphertext"}
}

// testDoesNotOpen: each row of docs/api.md, "A ciphertext that does not open",
// with a change in each field of the ciphertext.
func testDoesNotOpen(s *suite, t *testing.T) {
	b, other := s.sealed, s.again
	const outside = "has a character outside [A-Za-z0-9._-] at position 1"
	version := another(b.versionID())
	s.fails(t, []forgery{
		told("magic", b.flip(0), "not an RKY1 ciphertext"),
		told("format", b.put(3, "\x02"), "unknown format 2..."),
		told("suite 0", b.put(b.suite, "\x00"), "unknown suite 0"),
		told("suite 5", b.put(b.suite, "\x05"), "unknown suite 5"),
		same("suite of another algorithm", b.put(b.suite, "\x01"), aad),
		same("suite of the same size", b.put(b.suite, "\x04"), aad),
		told("key id's length, one more", b.put(b.keyLen, string(b.all[b.keyLen]+1)), "..."),
		told("key id's length 0", b.put(b.keyLen, "\x00"), "its key id is empty"),
		told("key id's length 51", b.put(b.keyLen, "\x33"), "its key id is 51 characters long, at most 50 are allowed"),
		told("key id", b.put(b.key, another(s.First)), "it was made by key "+another(s.First)),
		told("key id's alphabet", b.put(b.key, "/"), "its key id "+outside),
		told("version id's length 0", b.put(b.versionLen, "\x00"), "its version id is empty"),
		told("version id's alphabet", b.put(b.version, "\n"), "its version id "+outside),
		{"version id", b.put(b.version, version), aad, 404, notFound,
			fmt.Sprintf("key %s has no version %s", s.First, version)},
		same("salt", b.flip(b.salt), aad),
		same("commitment", b.flip(b.commitment), aad),
		same("nonce", b.flip(b.nonce), aad),
		same("body", b.flip(b.body), aad),
		same("tag", b.flip(b.tag), aad),
		same("tag's last byte", b.flip(len(b.all)-1), aad),

		same("another's header", other.all[:other.commitment]+b.all[b.commitment:], aad),
		same("another's commitment", b.put(b.commitment, other.all[other.commitment:other.nonce]), aad),
		same("another's body and tag", b.put(b.nonce, other.all[other.nonce:]), aad),
		same("another AAD", b.all, aad+" "),
		same("no AAD", b.all, ""),
		same("an AAD where there was none", s.bare.all, aad),
		told("another key's", s.second.all, "it was made by key "+s.Second),

		same("a byte more", b.all+"\x00", aad),
		same("a byte less", b.all[:len(b.all)-1], aad),
		same("two joined", b.all+other.all, aad),
		told("cut in the tag", b.all[:b.body+15], "cut short..."),
		told("cut in the salt", b.all[:b.salt+1], "cut short..."),
		told("cut in the key id", b.all[:b.key+1], "cut short..."),
		told("the magic alone", b.all[:4], "cut short..."),
		told("one byte", "x", "not an RKY1 ciphertext"),
		told("too large", b.all+strings.Repeat("\x00", 32960-len(b.all)),
			"it is 32960 bytes long, at most 32959 are allowed"),
	})
	t.Run("renamed to the other key", func(t *testing.T) {
		if len(s.First) != len(s.Second) {
			t.Skip("the ids of the two keys differ in length")
		}
		a := s.post(t, "$S:decrypt", `{"ciphertext":"`+b64(b.put(b.key, s.Second))+`","aadContext":"$A"}`)
		if b.versionID() == s.second.versionID() {
			a.wantError(t, 400, invalidArgument, "Bad ciphertext")
		} else {
			a.wantError(t, 404, notFound, fmt.Sprintf("key %s has no version %s", s.Second, b.versionID()))
		}
	})
	t.Run("of a key that is not there", func(t *testing.T) {
		none := another(s.First)
		s.post(t, "$K:reEncrypt", `{"sourceKeyId":"`+none+`","ciphertext":"`+b64(b.put(b.key, none))+
			`","sourceAadContext":"$A"}`).
			wantError(t, 404, notFound, "...")
	})
}

// testForeign: what other systems make, and what is not a ciphertext but its
// text, is named.
func testForeign(s *suite, t *testing.T) {
	sealed, fill := s.sealed.all, strings.Repeat("\x07", 64)
	s.fails(t, []forgery{
		told("base64 twice", b64(sealed), "it is base64 text of a ciphertext (encoded twice?)..."),
		told("hexadecimal", hex.EncodeToString([]byte(sealed)), "it is hexadecimal text of a ciphertext..."),
		told("Vault", "vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==",
			"it is a Vault or OpenBao transit ciphertext..."),
		told("age", "age-encryption.org/v1\n-> X25519 abc", "it is an age file..."),
		told("AWS KMS", "\x01\x02\x02\x00\x78"+fill, "it is an AWS KMS ciphertext..."),
		told("AWS Encryption SDK", "\x02\x05\x78"+fill, "it is an AWS Encryption SDK message..."),
		told("Tink", "\x01\x0a\x0b\x0c\x0d"+fill[:40], "it is perhaps a Tink ciphertext..."),
		told("Yandex Cloud KMS", "\x00\x00\x00\x01\x00\x00\x00\x14abjexampleexample001\x00\x00\x00\x10"+fill[:16]+
			"\x00\x00\x00\x0c"+fill[:28],
			"it is a ciphertext of Yandex Cloud's own KMS..."),
	})
}
