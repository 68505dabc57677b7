package keys

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf16"

	"rekey/cmd/rekey/internal/cli"
)

// TestMaterialWrapped: a byte order mark is nothing, and what else is around
// the text of a material is told by name.
func TestMaterialWrapped(t *testing.T) {
	const text = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"
	var wide []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text + "\r\n")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for in, want := range map[string]string{
		"\ufeff" + text + "\r\n":            "",
		text:                                "",
		string(wide):                        "it is UTF-16 text, as PowerShell's > writes it: save it as UTF-8",
		string(wide[2:]):                    "it is UTF-16 text",
		`"` + text + `"`:                    "it has quotes around it",
		"'" + text + "'\n":                  "it has quotes around it",
		`{"material":"` + text + `"}`:       "it is JSON: give the material only",
		"-----BEGIN PRIVATE KEY-----\nMC4C": "it is PEM",
		text[2:]:                            "material is 31 bytes long",
	} {
		for _, format := range []string{"hex", "base64"} {
			if format == "base64" && (want == "" || strings.HasPrefix(want, "material")) {
				continue
			}
			g := &group{Streams: &cli.Streams{In: strings.NewReader(in)}}
			material, err := g.readMaterial(format)
			if want == "" {
				if b, _ := hex.DecodeString(text); err != nil || !bytes.Equal(material, b) {
					t.Errorf("%q: %v", in[:4], err)
				}
			} else if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), text[8:16]) {
				t.Errorf("%q as %s: got %v, want %s", in[:4], format, err, want)
			}
		}
	}
}
