package resttest

import (
	"testing"
	"time"
)

// rotationTime is how long a rotation may take to hold: REKEY_CACHE_TTL as it
// is by default, and some time for the requests.
const rotationTime = 90 * time.Second

// testRotation: a new primary version encrypts, the old one opens what it
// made, and encrypts if it is named. Instances may learn of the new one at
// different times, so only its name says what another request uses.
func testRotation(s *suite, t *testing.T) {
	if s.Rotate == nil {
		t.Skip("the target cannot rotate a key for this test")
	}
	before := s.second.versionID()
	s.Rotate(t, s.Second)
	after := s.waitForPrimary(t, before)

	open := s.post(t, "$S:decrypt", `{"aadContext":"$A","ciphertext":"`+b64(s.second.all)+`"}`)
	open.wantBytes(t, "plaintext", plaintext)
	open.wantText(t, "versionId", before)
	for _, version := range []string{before, after} {
		a := s.post(t, "$S:encrypt", `{"versionId":"`+version+`","plaintext":"$P"}`)
		a.wantText(t, "versionId", version)
		open := s.post(t, "$S:decrypt", `{"ciphertext":"`+a.text("ciphertext")+`"}`)
		open.wantBytes(t, "plaintext", plaintext)
		open.wantText(t, "versionId", version)
	}
	a := s.post(t, "$S:reEncrypt", `{"versionId":"`+after+`","sourceKeyId":"$S","sourceAadContext":"$A","ciphertext":"`+
		b64(s.second.all)+`"}`)
	a.wantOK(t)
	a.wantText(t, "sourceVersionId", before)
	a.wantText(t, "versionId", after)
	s.post(t, "$S:decrypt", `{"ciphertext":"`+a.text("ciphertext")+`"}`).wantBytes(t, "plaintext", plaintext)
}

// waitForPrimary waits until the second key encrypts with another version.
func (s *suite) waitForPrimary(t *testing.T, before string) string {
	t.Helper()
	pause := 10 * time.Millisecond
	for begin := time.Now(); time.Since(begin) < rotationTime; time.Sleep(pause) {
		a := s.post(t, "$S:encrypt", `{"plaintext":"$P"}`)
		if version := a.text("versionId"); version != "" && version != before {
			return version
		}
		pause = min(2*pause, 5*time.Second) // a real one takes a minute, and pays for each request
	}
	t.Fatalf("key %s still encrypts with version %s, %v after its rotation", s.Second, before, rotationTime)
	return ""
}
