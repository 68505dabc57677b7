package resttest

import (
	"encoding/base64"
	"strings"
	"testing"
)

// secret is what plaintexts and AADs begin with, and no error may repeat.
const secret = "secret"

const (
	// plaintext has both characters in which the two alphabets of base64
	// differ, and wants two characters of padding.
	plaintext = secret + "\xfb\xff\xbe\xfe>?~\x00\x01\x02"
	aad       = secret + " tenant=42"
)

// filler is n bytes, beginning with secret if there is room.
func filler(n int) string { return strings.Repeat(secret+" filler ", n/14+1)[:n] }

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// given is what tests begin with: ciphertexts of the plaintext by both keys.
type given struct {
	sealed  blob   // by the first key, with the AAD
	version string // that made it
	again   blob   // the same once more
	bare    blob   // by the first key, without an AAD
	second  blob   // by the second key, with the AAD
	names   *strings.Replacer
}

// prepare makes what is given.
func (s *suite) prepare(t *testing.T) {
	t.Helper()
	names := []string{"$K", s.First, "$S", s.Second, "$N", another(s.First),
		"$F", strings.Join(s.Forbidden[:min(len(s.Forbidden), 1)], ""), "$P", b64(plaintext), "$A", b64(aad)}
	s.names = strings.NewReplacer(names...)
	seal := func(key, body string) blob {
		t.Helper()
		a := s.post(t, key+":encrypt", body)
		if a.status != 200 {
			t.Fatalf("the target does not encrypt with key %s: %v", key, a)
		}
		return mustSplit(t, a.bytes("ciphertext"))
	}
	s.second = seal(s.Second, `{"plaintext":"$P","aadContext":"$A"}`)
	s.again = seal(s.First, `{"plaintext":"$P","aadContext":"$A"}`)
	s.bare = seal(s.First, `{"plaintext":"$P"}`)
	s.sealed = seal(s.First, `{"plaintext":"$P","aadContext":"$A"}`)
	s.version = s.sealed.versionID()
	s.names = strings.NewReplacer(append(names, "$V", s.version, "$C", b64(s.sealed.all), "$B", b64(s.bare.all))...)
}

// fill puts what is given into a path or a body:
//
//	$K $S  the ids of the first and the second key
//	$N $F  that of a key that is not there, and of one that is forbidden
//	$V     a version of the first key
//	$P $A  the plaintext and the AAD, in base64
//	$C $B  their ciphertext by the first key, in base64, with the AAD and bare
func (s *suite) fill(text string) string { return s.names.Replace(text) }
