package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rekey/shared/internal/vectors"
	"rekey/shared/key"
)

func TestInspectVectors(t *testing.T) {
	for _, c := range vectors.Read(t).Cases {
		r := Inspect(c.Ciphertext)
		if r.Verdict != Intact || r.Algorithm != c.Alg(t) || r.KeyID != c.KeyID || r.VersionID != c.VersionID ||
			r.Layers != nil {
			t.Errorf("%s: %+v", c.Name, r)
		}
		if r.Body != len(c.Plaintext) || r.Total != len(c.Ciphertext) || r.Header+SealedOverhead+r.Body != r.Total {
			t.Errorf("%s: sizes %d, %d, %d", c.Name, r.Header, r.Body, r.Total)
		}
	}
}

// TestInspectLayers: every spelling in which a ciphertext travels.
func TestInspectLayers(t *testing.T) {
	good := blobOf("key", "version", 7)
	for i := range SaltSize + SealedOverhead { // bytes that differ between the alphabets
		good[len(good)-1-i] = byte(0xff - i)
	}
	std, url := base64.StdEncoding.EncodeToString(good), base64.RawURLEncoding.EncodeToString(good)
	lines := std[:76] + "\n" + std[76:] + "\n"
	inJSON := func(member, value string) string { return fmt.Sprintf(`{"keyId":"key",%q:%q}`, member, value) }
	for _, c := range []struct{ name, text, want string }{
		{"none", string(good), ""},
		{"base64", std, "base64 text"},
		{"base64, URL-safe", url, "base64 text"},
		{"base64 in lines", lines, "base64 text"},
		{"base64 twice", base64.StdEncoding.EncodeToString([]byte(std)), "base64 text, base64 text"},
		{"base64 of lines", base64.StdEncoding.EncodeToString([]byte(lines)), "base64 text, base64 text"},
		{"hex", hex.EncodeToString(good), "hexadecimal text"},
		{"hex in capitals and lines", strings.ToUpper(hex.EncodeToString(good[:30]) + "\r\n" +
			hex.EncodeToString(good[30:])), "hexadecimal text"},
		{"hex after 0x", "0x" + hex.EncodeToString(good), "hexadecimal text"},
		{"hex of PostgreSQL", `\x` + hex.EncodeToString(good), "hexadecimal text"},
		{"hex after spaces", fmt.Sprintf("% x", good), "hexadecimal text"},
		{"hex between colons", strings.ReplaceAll(fmt.Sprintf("% x", good), " ", ":"), "hexadecimal text"},
		{"base64 after a mark", "\xef\xbb\xbf" + std, "text after a byte order mark, base64 text"},
		{"PowerShell's redirection", "\xff\xfe" + wide(std+"\r\n", binary.LittleEndian), "UTF-16 text, base64 text"},
		{"UTF-16, the other way", "\xfe\xff" + wide(std, binary.BigEndian), "UTF-16 text, base64 text"},
		{"a function's answer", `{"statusCode":200,"isBase64Encoded":false,"body":` +
			strconv.Quote(inJSON("ciphertext", std)) + `}`, "JSON member body, JSON member ciphertext, base64 text"},
		{"base64 of hex", base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(good))),
			"base64 text, hexadecimal text"},
		{"encrypt's answer", inJSON("ciphertext", std) + "\n", "JSON member ciphertext, base64 text"},
		{"datakey's answer", inJSON("dataKeyCiphertext", std), "JSON member dataKeyCiphertext, base64 text"},
		{"protobuf's names", inJSON("data_key_ciphertext", std), "JSON member data_key_ciphertext, base64 text"},
		{"twice, in JSON", inJSON("ciphertext", base64.StdEncoding.EncodeToString([]byte(std))),
			"JSON member ciphertext, base64 text, base64 text"},
		{"a JSON string", `"` + strings.ReplaceAll(std, "/", `\/`) + `"`, "a JSON string, base64 text"},
	} {
		r := Inspect([]byte(c.text))
		if got := strings.Join(r.Layers, ", "); r.Verdict != Intact || r.KeyID != "key" || r.Body != 7 ||
			got != c.want {
			t.Errorf("%s: %v in %q, want %q: %s", c.name, r.Verdict, got, c.want, r.Damage)
		}
	}
}

// wide is ASCII with two bytes for each character.
func wide(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, c := range []byte(text) {
		b = order.AppendUint16(b, uint16(c))
	}
	return string(b)
}

func TestInspectDamage(t *testing.T) {
	good := blobOf("key", "version", 3) // header 4+1+4+8+24 = 41
	edit := func(at int, b ...byte) []byte {
		return append(append(bytes.Clone(good[:at]), b...), good[at+len(b):]...)
	}
	std := base64.StdEncoding.EncodeToString(good)
	for _, c := range []struct {
		name string
		blob []byte
		want string
	}{
		{"half the magic", []byte("RK"), "cut short: at least 91 bytes are missing at the end (magic, byte 2)"},
		{"no suite", good[:4], "cut short: at least 89 bytes are missing at the end (suite, byte 4)"},
		{"format 2", edit(3, 2), "unknown format 2: made by a newer version? (magic, byte 3)"},
		{"suite 9", edit(4, 9), "unknown suite 9 (suite, byte 4)"},
		{"suite 9, cut", edit(4, 9)[:30], "unknown suite 9 (suite, byte 4)"},
		{"key id empty", edit(5, 0), "its key id is empty (key id, byte 5)"},
		{"key id too long", edit(5, 51), "its key id is 51 characters long, at most 50 are allowed (key id, byte 5)"},
		{"key id's last character", edit(8, '!'), "its key id has a character outside [A-Za-z0-9._-] at position 3 " +
			"(key id, byte 8)"},
		{"key id of dots", edit(6, []byte("...")...), "its key id has only dots (key id, byte 6)"},
		{"cut in the key id", good[:7], "cut short: at least 88 bytes are missing at the end (key id, byte 7)"},
		{"version id", edit(10, 0), "its version id has a character outside [A-Za-z0-9._-] at position 1 (version " +
			"id, byte 10)"},
		{"cut in the salt", good[:20], "cut short: at least 81 bytes are missing at the end (salt, byte 20)"},
		{"cut in the commitment", good[:42], "cut short: at least 59 bytes are missing at the end (commitment, byte " +
			"42)"},
		{"cut in the nonce", good[:80], "cut short: at least 21 bytes are missing at the end (nonce, byte 80)"},
		{"cut in the tag", good[:100], "cut short: at least 1 bytes are missing at the end (tag, byte 100)"},
		{"too long", blobOf("k", "v", MaxBody+1), "its body is 32769 bytes long, at most 32768 are allowed (body, " +
			"byte 32845)"},
		{"longer", blobOf("k", "v", MaxSize), "it is 33052 bytes long, at most 32959 are allowed (body, byte 32959)"},
		{"far too long", blobOf("k", "v", 2*MaxInspect), "it is over 263672 bytes long, at most 32959 are allowed " +
			"(body, byte 32959)"},
		{"base64, cut", []byte(std[:49]), "it is no longer base64 text, or ends too early (base64 text, byte 48)"},
		{"base64, a star in it", []byte(std[:40] + "*" + std[40:]), "it is no longer base64 text, or ends too " +
			"early (base64 text, byte 40)"},
		{"base64, unused bits", []byte(std[:49] + "B=="), "it is no longer base64 text, or ends too early (base64 " +
			"text, byte 50)"},
		{"hex, cut", []byte(hex.EncodeToString(good)[:61]), "it is no longer hexadecimal text, or ends too early " +
			"(hexadecimal text, byte 60)"},
	} {
		r := Inspect(c.blob)
		if got := r.Damage.String(); r.Verdict != Damaged || got != c.want {
			t.Errorf("%s: %v %s\nwant %s", c.name, r.Verdict, got, c.want)
		}
	}
}

// TestInspectTellsTheRest: what stands before the damage is reported.
func TestInspectTellsTheRest(t *testing.T) {
	r := Inspect(blobOf("key", "version", 0)[:50])
	if r.KeyID != "key" || r.VersionID != "version" || r.Algorithm != key.AES256 || r.Header != 41 || r.Body != 0 ||
		r.Total != 50 {
		t.Errorf("%+v", r)
	}
	bad := blobOf("key", "version", 5)
	bad[4] = 7
	if r := Inspect(bad); r.KeyID != "key" || r.Header != 41 || r.Algorithm != 0 || r.Body != 0 {
		t.Errorf("%+v", r)
	}
}

func TestInspectUnknown(t *testing.T) {
	const nothing = "not an RKY1 ciphertext"
	for _, c := range []struct{ text, want string }{
		{"", "it is empty"},
		{" \n", "it is empty"},
		{"something else", nothing},
		{"deadbeef", nothing},
		{"c29tZXRoaW5nIGVsc2U=", nothing},
		{`{"plaintext":"YWJj"}`, "it is a JSON document without a ciphertext that is known here"},
		{`{"ciphertext":"YWJj"}`, "it is a JSON document without a ciphertext that is known here"},
		{`{"ciphertext":`, nothing},
		{`{"ciphertext":null,"data":[1]}`, "it is a JSON document without a ciphertext that is known here"},
		{strings.Repeat("x", MaxInspect+1), "it is over 263672 bytes, more than any encoding of a ciphertext has"},
	} {
		r := Inspect([]byte(c.text))
		if r.Verdict != Unknown || r.Damage.Problem != c.want || r.Layers != nil {
			t.Errorf("%.40q: %v %q, want %q", c.text, r.Verdict, r.Damage.Problem, c.want)
		}
	}
}

// FuzzInspect: it agrees with Split, shows only ids that are ids, and
// never claims more bytes than there are.
func FuzzInspect(f *testing.F) {
	good := blobOf("key", "version", 3)
	f.Add(good)
	f.Add(good[:30])
	f.Add([]byte(base64.StdEncoding.EncodeToString(good)))
	f.Add([]byte(hex.EncodeToString(good)))
	answer, _ := json.Marshal(map[string]any{"ciphertext": good})
	f.Add(answer)
	f.Add([]byte("vault:v1:abcdef"))
	f.Add([]byte("\xff\xfe" + wide(string(answer), binary.LittleEndian)))
	f.Add([]byte(fmt.Sprintf("% x", good)))
	f.Add(append([]byte{0x0a, 0x24, 0}, make([]byte, 80)...))
	f.Add(append([]byte{0, 0, 0, 1, 0, 0, 0, 0x14}, make([]byte, 80)...))
	f.Fuzz(func(t *testing.T, message []byte) {
		before := bytes.Clone(message)
		r := Inspect(message)
		if !bytes.Equal(before, message) {
			t.Fatal("the message was changed")
		}
		_, err := Split(message)
		if intact := r.Verdict == Intact && r.Layers == nil; intact != (err == nil) || err != nil &&
			err.Error() != r.Reason() {
			t.Errorf("%v (%s), and Split says %v", r.Verdict, r.Reason(), err)
		}
		checkReport(t, r)
	})
}

func checkReport(t *testing.T, r Report) {
	t.Helper()
	if r.KeyID != "" && r.KeyID.Check() != nil || r.VersionID != "" && r.VersionID.Check() != nil {
		t.Errorf("ids %q and %q", r.KeyID, r.VersionID)
	}
	if r.Verdict == Intact && (r.Header+SealedOverhead+r.Body != r.Total || r.Damage != Damage{}) {
		t.Errorf("intact: %+v", r)
	}
	if r.Verdict == Damaged && (r.Damage.Field == "" || r.Damage.Missing < 0 || r.Body != 0 && r.Blob == nil) {
		t.Errorf("damaged: %+v", r)
	}
	if b, err := Split(r.Blob); r.Blob != nil && (err != nil || b.KeyID != r.KeyID || b.VersionID != r.VersionID) ||
		r.Verdict == Intact && r.Blob == nil {
		t.Errorf("%v, and its ciphertext: %v", r, err)
	}
	if (r.Verdict == Alien) != (r.Foreign.Name != "") || r.Header > r.Total || len(r.Layers) > maxLayers ||
		slices.Contains(r.Layers, "") {
		t.Errorf("%+v", r)
	}
}
