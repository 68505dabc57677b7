package strictjson_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"rekey/shared/strictjson"
)

const object = `{"plaintext":"U0VDUkVU"}`

// TestByteOrderMark: it is as good as white space around a document.
func TestByteOrderMark(t *testing.T) {
	for _, doc := range []string{"\ufeff" + object, " \ufeff\r\n" + object + "\n", object + "\ufeff", "\ufeff\ufeff" +
		object} {
		if got, err := walk(doc); got != `plaintext="U0VDUkVU"` || err != nil {
			t.Errorf("%q: got %s, %v", doc, got, err)
		}
	}
	if _, err := walk("\ufeff{\"a\":1,}"); err == nil || !strings.HasSuffix(err.Error(), "(after byte 9)") {
		t.Errorf("the mark does not count as bytes: %v", err)
	}
}

// TestForeign: what is sent in place of JSON is told by name.
func TestForeign(t *testing.T) {
	for want, docs := range map[string][]string{
		"is UTF-16 text": {
			wide("\ufeff"+object, false), wide("\ufeff"+object, true), wide(object, false), wide(object, true),
			"\ufffd\ufffd{\x00\"\x00",
		},
		"is UTF-32 text": {
			"\xff\xfe\x00\x00{\x00\x00\x00", "\x00\x00\xfe\xff\x00\x00\x00{", "{\x00\x00\x00\"\x00\x00\x00",
			"\x00\x00\x00{\x00\x00\x00\"",
		},
		"is hexadecimal text": {
			hex.EncodeToString([]byte(object)), strings.ToUpper(hex.EncodeToString([]byte(object))), "0x" +
				hex.EncodeToString([]byte(object)),
			"7b 22 70 6c", `\x7b2270`, "00000000: 7b22 706c 6169  {\"plai", "0000000 7b 22 70\n",
		},
		"is compressed (gzip)":  {packed(gzipped), asText(packed(gzipped))},
		"is compressed (zlib)":  {packed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })},
		"is compressed (zstd)":  {"\x28\xb5\x2f\xfd\x24\x18\xc1\x00\x00"},
		"is compressed (bzip2)": {"BZh91AY&SY"},
		"is compressed (zip)":   {"PK\x03\x04\x14\x00"},
		"is compressed (xz)":    {"\xfd7zXZ\x00\x00"},
		"is binary data": {packed(deflated), "\x0b\x0b\x80" + object + "\x03", "\x8b\x0b\x80" + object,
			"RKY\x01\x03\x02k1", "\x0a\x08SECRET\x00"},
		"is a gRPC message": {"\x00\x00\x00\x00\x0a\x0a\x08SECRET.."},
		"is form data": {"plaintext=U0VDUkVU", "plaintext=a%3D&aadContext=b", "a=b&c=d", "plain%20text=SECRET",
			"a[b]=SECRET"},
		"is JSON in percent": {"%7B%22plaintext%22%3A%22U0VDUkVU%22%7D", "%7b%22a%22%3a1%7d=",
			`{"plaintext":"aGVsbG8=%22%7D`},
		"is multipart": {"--------------------------d74496d66958873e\r\nContent-Disposition: form-data; " +
			"name=\"plaintext\"\r\n\r\nSECRET\r\n--"},
		"is base64 of JSON": {
			b64(object), b64(" " + object)[:0] + b64("{\n"+object[1:]), strings.TrimRight(b64(object), "="),
			b64(object)[:12] + "\n" + b64(object)[12:],
		},
		"is base64, want": {"U0VDUkVU" + "QQ==", b64("SECRET, and more of it than a word"),
			"H4sIAAAAAAAAA6tWKsgpyszJLC1JVbJSMnQ1CzXxcg0NVKoFABwU8y4YAAAA"},
		"is plain text":                 {"SECRET", "hello world", "undefined", "POST /kms HTTP/1.1\r\n", "True"},
		"is a token":                    {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTRUNSRVQifQ.c2ln"},
		"is a string that holds JSON":   {`"{\"plaintext\":\"U0VDUkVU\"}"`, `"` + b64(object) + `"`},
		"has no braces":                 {`"plaintext":"U0VDUkVU"`},
		"has neither braces nor quotes": {`plaintext:U0VDUkVU`},
		"has quotes around the JSON object": {"'" + object + "'", "'{plaintext:U0VDUkVU}'", "“" + object + "”", "`" +
			object + "`"},
		"has backslashes before its quotes": {`{\"plaintext\":\"U0VDUkVU\"}`, `\"{\"`},
		"has no quotes: a shell":            {`{plaintext:U0VDUkVU}`, `{plaintext: U0VDUkVU, aadContext: eA==}`},
		"has a name without quotes":         {`{plaintext:"U0VDUkVU"}`, `{"a":1,b:2}`},
		"has a value without quotes":        {`{"plaintext":U0VDUkVU}`, `{"a": SECRET}`, `{"a": b"SECRET"}`},
		"has single quotes":                 {`{'plaintext':'U0VDUkVU'}`, `{"plaintext":'U0VDUkVU'}`},
		"has typographic quotes": {`{“plaintext”:“U0VDUkVU”}`, `{"plaintext":„U0VDUkVU“}`, `{‘a’:1}`,
			`{"plaintext”:"SECRET"}`, `{"plaintext":"SECRET”}`, `{"plaintext":"SECRET“`},
		"has None, True or False":            {`{"plaintext":None}`, `{"skipPlaintext": True}`},
		"has NaN":                            {`{"plaintext":NaN}`, `{"a":-Infinity}`, `{"a":undefined}`},
		"has true, false or null in capital": {`{"a":TRUE}`, `{"a":Null}`},
		"is what JavaScript prints":          {`[object Object]`},
		"is what Go prints":                  {`map[plaintext:U0VDUkVU]`},
		"is Python's repr":                   {`b'{"plaintext":"U0VDUkVU"}'`},
		"is YAML": {"plaintext: U0VDUkVU\n", "---\nplaintext: U0VDUkVU\n", "- SECRET",
			"'plaintext': U0VDUkVU", "a:\n  b: SECRET\n"},
		"is XML or HTML":                  {`<?xml version="1.0"?><SECRET/>`, "<html>", "<!DOCTYPE html>"},
		"is PEM":                          {"-----BEGIN SECRET-----\n"},
		"is the name of a file":           {"@body.json", "body.json", "/tmp/x/body.json\n", `C:\x\body.json`},
		"is a variable or a placeholder":  {"$BODY", "${BODY}", "$(cat body.json)", "{{BODY}}", "%BODY%"},
		"has a variable or a placeholder": {`{"plaintext":{{BODY}}}`[:13] + "$BODY}", `{"a":<VALUE>}`},
		"has a comma before its }":        {`{"plaintext":"U0VDUkVU",}`, "{\"a\":1,\n}"},
		"has a comma where a name":        {`{,"plaintext":"U0VDUkVU"}`, `{"a":1,,"b":2}`},
		"has a comment": {"{\"a\":1 // SECRET\n}", `{"a":/*SECRET*/1}`, "{\n# SECRET\n\"a\":1}",
			"// SECRET\n{}", "# SECRET\n"},
		"lacks a comma or a colon":        {`{"a":1 "b":2}`, `{"a" "b"}`, `{"a":"b"SECRET"}`[:9] + `"}`},
		"has = where JSON has a colon":    {`{"a"="SECRET"}`, `{"a" => "SECRET"}`},
		"has a semicolon":                 {`{"a":1;"b":2}`},
		"has a number that JSON does not": {`{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":0x10}`},
		"has no value after a colon":      {`{"a":}`, `{"a":,"b":1}`},
		"has a second JSON object":        {object + object, object + "\n" + object, object + "," + object},
		"has a } too many":                {object + "}"},
		"has NULs after":                  {object + "\x00", object + "\x00\x00"},
		"has a =, as if":                  {object + "="},
		"has a quote, as cmd.exe":         {object + "'"},
		"has a line break within a string, ": {"{\"plaintext\":\"U0VD\nUkVU\"}", "{\"plaintext\":\"U0VD\r\nUkVU\"}",
			"{\"plain\ntext\":1}"},
		"has a tab within a string":        {"{\"a\":\"SEC\tRET\"}"},
		"has a control character":          {"{\"a\":\"SEC\x00RET\"}", "{\"a\":\"\x1b\"}"},
		"has an escape that JSON does not": {`{"a":"SEC\xRET"}`, `{"a":"C:\Users"}`, `{"a":"\u12"}`},
		"has half a surrogate pair":        {`{"a":"\udead"}`, `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`},
		"has text that is not UTF-8":       {"{\"a\":\"SEC\xffRET\"}", "{\"SECRET\xe9\":1}"},
		"has a blank that JSON does not":   {"{\u00a0\"a\":1}", "{\"a\":\u00a01}"},
		"has binary data":                  {"{\x00SECRET", "{\x01\x02"},
		"has a byte order mark":            {"\u00ef\u00bb\u00bf" + object},
	} {
		for _, doc := range docs {
			_, err := walk(doc)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%q: got %v, want %s", doc, err, want)
			} else if strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "U0VD") {
				t.Errorf("%q is repeated: %v", doc, err)
			}
		}
	}
}

// TestBrokenPlace: the place is that of the fault, by bytes and by lines.
func TestBrokenPlace(t *testing.T) {
	for doc, want := range map[string]string{
		"{\"plaintext\":\"" + strings.Repeat("A", 76) + "\nAAAA\"}": " (after byte 90)",
		"{\n  \"a\": 1,\n  \"b\": None\n}":                          " (after byte 19, in line 3)",
		"\ufeff\n{\"a\":1,}":                                        " (after byte 10, in line 2)",
		object + "\n\n" + object:                                    " (after byte 24)",
	} {
		if _, err := walk(doc); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", doc, err, want)
		}
	}
}

// FuzzForeign: whatever the document, it is taken or it is refused in words,
// and cut at any place it is never taken.
func FuzzForeign(f *testing.F) {
	f.Add([]byte(object))
	f.Add([]byte("{\"a\":[{\"b\":\"\\\"\n\"}]}"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for n := range min(len(doc), 64) + 1 {
			for _, d := range [][]byte{doc[:n], doc[n:]} {
				var v map[string]any
				if err := strictjson.Unmarshal(d, &v); err != nil && len(err.Error()) < 20 {
					t.Errorf("%q: %v", d, err)
				}
				walk(string(d))
			}
		}
	})
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// wide is UTF-16, low byte first unless big.
func wide(s string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if low, high := byte(u), byte(u>>8); big {
			b = append(b, high, low)
		} else {
			b = append(b, low, high)
		}
	}
	return string(b)
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func deflated(w io.Writer) io.WriteCloser {
	d, _ := flate.NewWriter(w, 9) // which is a level that there is
	return d
}

func packed(by func(io.Writer) io.WriteCloser) string {
	var b bytes.Buffer
	w := by(&b)
	io.WriteString(w, object)
	w.Close()
	return b.String()
}

// asText is what is left of bytes that a program took for text.
func asText(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
