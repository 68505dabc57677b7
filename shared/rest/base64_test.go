package rest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"rekey/shared/ciphertext"
)

// wantAsLibrary holds the base64 of the wire to that of the standard library:
// the verdict, the bytes, and where a text is wrong; and the answers too.
func wantAsLibrary(t *testing.T, text []byte) {
	t.Helper()
	e := ciphertext.Base64(text)
	want := make([]byte, e.DecodedLen(len(text)))
	n, bad := e.Decode(want, text)
	got, err := decodeBase64(nil, text)
	if (bad == nil) != (err == nil) || bad == nil && !bytes.Equal(got, want[:n]) {
		t.Fatalf("%q: read %x, %v; the library reads %x, %v", text, got, err, want[:n], bad)
	}
	var corrupt base64.CorruptInputError
	if errors.As(bad, &corrupt) &&
		err.Error() != fmt.Sprintf("is not valid base64: error at character %d", int64(corrupt)+1) {
		t.Fatalf("%q: %v; the library: %v", text, err, bad)
	}
	const before = "before"
	if got, want := appendBase64([]byte(before), text), base64.StdEncoding.AppendEncode([]byte(before),
		text); !bytes.Equal(got, want) {
		t.Fatalf("%x: wrote %s, the library %s", text, got, want)
	}
}

// TestBase64 puts every byte in every place of texts of every kind, which are
// up to three of the vectors' steps long.
func TestBase64(t *testing.T) {
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		for _, n := range []int{1, 2, 3, 34, 50, 73} {
			value := make([]byte, n)
			for i := range value {
				value[i] = byte(7 + i*37 + i*i*5)
			}
			text := e.AppendEncode(nil, value)
			wantAsLibrary(t, text)
			for at, was := range text {
				for c := range 256 {
					text[at] = byte(c)
					wantAsLibrary(t, text)
				}
				text[at] = was
			}
		}
	}
	for n := range 300 {
		wantAsLibrary(t, bytes.Repeat([]byte("A"), n))
	}
}

func FuzzBase64(f *testing.F) {
	for _, s := range []string{"", "eA==", "eA", "eB==", "e A", "a-_b", "a+/b", "eA=\n=", "=", "AAAA====",
		"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm",
		"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3\nODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\n"} {
		f.Add([]byte(s), uint8(0))
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, times uint8) {
		long := bytes.Repeat(text, 1+int(times)%8)
		wantAsLibrary(t, long)
		wantAsLibrary(t, base64.StdEncoding.AppendEncode(nil, long))
		wantAsLibrary(t, base64.RawURLEncoding.AppendEncode(nil, long))
	})
}
