package rest_test

import (
	"regexp"
	"strings"
	"testing"

	"rekey/shared/rest"
)

// uuid is RFC 9562, version 4.
var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestRequestID: a sane id is kept, any other made anew; it stands in the
// header of every answer and in the details of an error.
func TestRequestID(t *testing.T) {
	w := newWorld(t)
	ok := `{"plaintext":"eA=="}`
	for id, kept := range map[string]bool{
		"0f3a0a6e-6b1f-4a0a-8a64-3a3a2b8f6a10": true, "JKJaXmPLvHcESHA=": true,
		"Root=1-67891233-abcdef012345678912345678": true,
		"1": true, "a.b_c:d/e+f=g@h-i": true, strings.Repeat("x", 128): true,
		"": false, strings.Repeat("x", 129): false, "a b": false, " a": false, "a\n": false,
		"a\r\nSet-Cookie: x": false,
		"é":                  false, `a"b`: false, "a,b": false, "<a>": false, "a;b": false, "a\x00": false,
		"{}": false, "a\\": false,
	} {
		for name, r := range map[string]rest.Request{
			"success":         {Path: rest.Prefix + "one:encrypt", Body: []byte(ok), Proof: someone},
			"error":           {Path: rest.Prefix + "one:encrypt", Proof: someone},
			"not found":       {Path: "/", Proof: someone},
			"not allowed":     {Path: rest.Prefix + "one:encrypt", Method: "GET", Proof: someone},
			"too large":       {Path: rest.Prefix + "one:encrypt", TooLarge: true, Proof: someone},
			"unauthenticated": {},
		} {
			r.RequestID = id
			a := w.serve(t, 0, r)
			if a.OK() != (name == "success") {
				t.Fatalf("%s: %s", name, a.Body)
			}
			got := headers(a.Response)["X-Request-Id"]
			if kept && got != id || !kept && !uuid.MatchString(got) {
				t.Errorf("%s with the id %q: got %q", name, id, got)
			}
			if !a.OK() {
				a.wantDetails(t, got)
			}
		}
	}
}

// TestRequestIDsDiffer: those that are made are random.
func TestRequestIDsDiffer(t *testing.T) {
	w := newWorld(t)
	if a, b := w.post(t, "one:encrypt", ""), w.post(t, "one:encrypt", ""); a.RequestID == b.RequestID {
		t.Errorf("two requests have the id %s", a.RequestID)
	}
}
