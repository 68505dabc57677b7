package resttest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
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
		sealed, aad, told := b64(row.sealed), b64(row.aad), strings.HasPrefix(row.message, headerFault)
		want := answer.wantError
		if told {
			want = answer.wantRefused
		}
		t.Run(row.name, func(t *testing.T) {
			if !told || i%2 == 0 {
				a := s.post(t, "$K:decrypt", `{"ciphertext":"`+sealed+`","aadContext":"`+aad+`"}`)
				want(a, t, row.status, row.code, row.message)
			}
			if !told || i%2 == 1 {
				a := s.post(t, "$S:reEncrypt", `{"sourceKeyId":"$K","ciphertext":"`+sealed+`","sourceAadContext":"`+aad+
					`"}`)
				want(a, t, row.status, row.code, row.message)
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
		told("format 0", b.put(3, "\x00"), "unknown format 0: made by a newer version?"),
		told("format 2", b.put(3, "\x02"), "unknown format 2: made by a newer version?"),
		told("suite 0", b.put(b.suite, "\x00"), "unknown suite 0"),
		told("suite 5", b.put(b.suite, "\x05"), "unknown suite 5"),
		told("suite 255", b.put(b.suite, "\xff"), "unknown suite 255"),
		same("suite of another algorithm", b.put(b.suite, "\x01"), aad),
		same("suite of the same size", b.put(b.suite, "\x04"), aad),
		told("key id's length, one more", b.put(b.keyLen, string(b.all[b.keyLen]+1)), "..."),
		told("key id's length 0", b.put(b.keyLen, "\x00"), "its key id is empty"),
		told("key id's length 51", b.put(b.keyLen, "\x33"), "its key id is 51 characters long, at most 50 are allowed"),
		told("key id", b.put(b.key, another(s.First)), "it was made by key "+another(s.First)),
		told("key id's alphabet", b.put(b.key, "/"), "its key id "+outside),
		told("key id of dots", b.all[:b.keyLen]+"\x02.."+b.all[b.versionLen:], "its key id has only dots"),
		told("version id of dots", b.all[:b.versionLen]+"\x02.."+b.all[b.salt:],
			"its version id has only dots"),
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
		same("body and tag only, of another", b.put(b.body, other.all[other.body:]), aad),
		same("a nonce of zeros", b.put(b.nonce, strings.Repeat("\x00", b.body-b.nonce)), aad),
		same("another AAD", b.all, aad+" "),
		same("a longer AAD", b.all, aad+"\x00"),
		same("a plaintext that begins in the AAD", b.all, aad[:len(aad)-1]),
		same("no AAD", b.all, ""),
		same("an AAD where there was none", s.bare.all, aad),
		told("another key's", s.second.all, "it was made by key "+s.Second),

		same("a byte more", b.all+"\x00", aad),
		same("a byte less", b.all[:len(b.all)-1], aad),
		same("two joined", b.all+other.all, aad),
		told("cut in the tag", b.all[:b.body+15], "cut short..."),
		told("cut in the salt", b.all[:b.salt+1], "cut short..."),
		told("cut in the key id", b.all[:b.key+1], "cut short..."),
		told("only the magic", b.all[:4], "cut short..."),
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

// testText: what a person may hold, put into the field as it is, is named, and
// refused: beyond the spellings of base64 a ciphertext has one on the wire.
func testText(s *suite, t *testing.T) {
	sealed := s.sealed.all
	std := b64(sealed)
	const known = "ciphertext: is not valid base64 of a ciphertext: it "
	for i, row := range [][3]string{
		{"Vault", "vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==\n", known +
			"is a Vault or OpenBao transit ciphertext: decrypt it there"},
		{"hexadecimal", hex.EncodeToString([]byte(sealed)), known +
			"is hexadecimal text of a ciphertext: send the ciphertext itself, in base64 once"},
		{"hexadecimal, a byte more", hex.EncodeToString([]byte(sealed + "\x00")), known +
			"is hexadecimal text of a ciphertext..."},
		{"hexadecimal with colons", strings.ReplaceAll(fmt.Sprintf("% x", sealed), " ", ":"), known +
			"is hexadecimal text of a ciphertext..."},
		{"PGP in armor", "-----BEGIN PGP MESSAGE-----\n\nhQ", known + "is an OpenPGP message in ASCII armor..."},
		{"SOPS", "ENC[AES256_GCM,data:abc=,iv:x,tag:y,type:str]", known + "is a SOPS file..."},
		{"an answer", `{"keyId":"k","ciphertext":"` + std + `"}`, known +
			"is JSON member ciphertext with base64 text of a ciphertext..."},
		{"in quotes", `"` + std + `"`, known + "is a JSON string with base64 text of a ciphertext..."},
		{"a byte order mark", "\ufeff" + std, known + "is text after a byte order mark with base64 text..."},
		{"percent-encoding", url.QueryEscape(std) + "%0A", known +
			"is percent-encoded text of base64 text of a ciphertext..."},
		{"a variable", "SECRET=" + std, known + "is other text with base64 text of a ciphertext..."},
		{"nothing known", "!" + std[:20], "ciphertext: is not valid base64: error at character 1"},
		{"cut", std[:len(std)/4*4-3], "ciphertext: is not valid base64: error at character..."},
	} {
		t.Run(row[0], func(t *testing.T) {
			text, err := json.Marshal(row[1])
			if err != nil {
				t.Fatal(err)
			}
			action, body := "$K:decrypt", `{"ciphertext":`+string(text)+`}`
			if i%2 == 1 {
				action, body = "$S:reEncrypt", `{"sourceKeyId":"$K","ciphertext":`+string(text)+`}`
			}
			s.post(t, action, body).wantRefused(t, 400, invalidArgument, row[2])
		})
	}
}

// testForeign: what other systems make, and what is not a ciphertext but its
// text, is named.
func testForeign(s *suite, t *testing.T) {
	sealed, fill := s.sealed.all, strings.Repeat("\x07", 64)
	s.fails(t, []forgery{
		told("base64 twice", b64(sealed), "it is base64 text of a ciphertext (encoded twice?)..."),
		told("hexadecimal", hex.EncodeToString([]byte(sealed)), "it is hexadecimal text of a ciphertext..."),
		told("base64 three times", b64(b64(sealed)), "it is base64 text of base64 text of a ciphertext..."),
		told("OpenPGP", "\x8c\x0d\x04\x09\x03\x0236ae63f6e01d96", "it is an OpenPGP message..."),
		told("openssl", "Salted__"+fill[:40], "it is a file of `openssl enc`..."),
		told("U+FFFD", strings.ToValidUTF8(sealed, "\ufffd"), "it went through text..."),
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
