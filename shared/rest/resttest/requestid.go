package resttest

import (
	"strings"
	"testing"
)

// testRequestID: a sane id of the caller's is kept; instead of any other, and
// of none, one is made that no other request has.
func testRequestID(s *suite, t *testing.T) {
	seen := map[string]bool{}
	for _, row := range []struct {
		name, id string
		kept     bool
	}{
		{"a UUID", "0f3a0a6e-6b1f-4a0a-8a64-3a3a2b8f6a10", true},
		{"every character", "a.b_c:d/e+f=g@h-i", true},
		{"one character", "1", true},
		{"128 characters", strings.Repeat("x", 128), true},
		{"129 characters", strings.Repeat("x", 129), false},
		{"a space", "a b", false},
		{"a quote", `a"b`, false},
		{"a comma", "a,b", false},
		{"markup", "<a>", false},
		{"a semicolon", "a;b", false},
		{"braces", "{}", false},
		{"a backslash", `a\b`, false},
		{"no ASCII", "é", false},
		{"none", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, body := range []string{`{"plaintext":"$P"}`, "junk"} {
				var headers []string
				if row.id != "" {
					headers = []string{"X-Request-Id", row.id}
				}
				a := s.post(t, "$K:encrypt", body, headers...)
				switch got := a.header.Get("X-Request-Id"); {
				case row.kept && !s.OwnRequestIDs && got != row.id:
					t.Errorf("%s: the request id is %q, want the caller's, %q", a.request, got, row.id)
				case !row.kept && (got == row.id || seen[got]):
					t.Errorf("%s: the request id is %q, want one that is made for it", a.request, got)
				default:
					seen[got] = true
				}
			}
		})
	}
}
