package strictjson

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// FuzzMembers: what the plain reader takes, the decoder takes too and finds
// the same in it.
func FuzzMembers(f *testing.F) {
	for _, s := range plainSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p plain
		if !p.read(data) {
			return
		}
		want, err := list(func(f func([]byte, Value) error) error { return members(data, f) })
		if err != nil {
			t.Fatalf("%q is taken, and the decoder says %v", data, err)
		}
		if got, _ := list(p.each); got != want {
			t.Errorf("%q: got %s, want %s", data, got, want)
		}
	})
}

func list(each func(func([]byte, Value) error) error) (string, error) {
	var b strings.Builder
	err := each(func(name []byte, v Value) error {
		_, err := fmt.Fprintf(&b, "%q=%q ", name, []byte(v))
		return err
	})
	return b.String(), err
}

var plainSeeds = []string{
	`{"plaintext":"aGVsbG8sIEtNUw==","aadContext":"dGVuYW50PTQy"}`,
	` { "dataKeySpec" : 3 , "skipPlaintext" : true } ` + "\r\n\t",
	`{"a":null,"b":false,"c":0,"d":10}`, `{}`, `{"a":01}`, `{"a":1.5}`, `{"a":-1}`, `{"a":1e3}`, `{"a":"b"}x`,
	`{"a":"b",}`,
	`{"a":"\u0041"}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}", `{"a":"é"}`, `{"a":{}}`, `{"a":[]}`, `{"a":"b`, `{"a"`,
	`{"a":truex}`, `{,}`, `{"a" "b"}`,
	`{"":""}`, `{"a":"b","a":"c"}`, `{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":"bbbbbbbbbbbbbbbbbbbbbbbbb\"b"}`,
}

// TestPlainTakesRequests: the requests that matter do not fall through to the
// decoder.
func TestPlainTakesRequests(t *testing.T) {
	for _, s := range []string{
		`{"plaintext":"aGVsbG8sIEtNUw=="}`, plainSeeds[0], plainSeeds[1],
		`{"sourceKeyId":"e6q","ciphertext":"` + strings.Repeat("QUJD", 10000) + `"}`,
	} {
		if !new(plain).read([]byte(s)) {
			t.Errorf("%.60s is not taken", s)
		}
	}
}

// TestPrintablePrefix: every byte at every place among good ones.
func TestPrintablePrefix(t *testing.T) {
	for n := range 40 {
		for c := range 256 {
			for at := range n {
				b := bytes.Repeat([]byte("~"), n)
				b[at] = byte(c)
				want := at
				if ' ' <= c && c < 0x80 && c != '"' && c != '\\' {
					want = n
				}
				if got := printablePrefix(b); got != want {
					t.Fatalf("byte %#x at %d of %d: %d, want %d", c, at, n, got, want)
				}
			}
		}
	}
}
