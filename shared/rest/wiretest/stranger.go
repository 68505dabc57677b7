package wiretest

import (
	"strings"
	"testing"
)

// testStranger: without credentials nobody is let in, with whatever request.
func testStranger(s *suite, t *testing.T) {
	if s.Stranger == nil {
		t.Skip("the target wants no credentials")
	}
	for _, row := range [][3]string{
		{"encrypt", "$K:encrypt", `{"plaintext":"$P"}`},
		{"decrypt", "$K:decrypt", `{"ciphertext":"$C","aadContext":"$A"}`},
		{"reEncrypt", "$S:reEncrypt", `{"sourceKeyId":"$K","sourceAadContext":"$A","ciphertext":"$C"}`},
		{"generateDataKey", "$K:generateDataKey", `{"dataKeySpec":"AES_256"}`},
		{"junk", "$K:encrypt", "junk"},
	} {
		t.Run(row[0], func(t *testing.T) {
			a, err := s.do(s.Stranger, "POST", prefix+s.fill(row[1]), strings.NewReader(s.fill(row[2])))
			if err != nil {
				t.Fatal(err)
			}
			if a.status != 401 && a.status != 403 {
				t.Errorf("%v, want 401 or 403", a)
			}
		})
	}
}
