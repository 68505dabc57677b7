package strictjson

import (
	"bytes"
	"errors"
	"regexp"
	"sync"
	"unicode/utf8"
)

// foreign names what a document is that is not JSON at all, by its beginning,
// with what to do about it; nil if nothing is known of it. Programs that take
// bytes for text leave U+FFFD where they were: some marks show even so.
func foreign(data []byte) error {
	if what := compressed(data); what != "" {
		return errors.New("is compressed (" + what + "): send the JSON itself")
	}
	for _, f := range forms {
		if f.is(data) {
			return errors.New(f.says)
		}
	}
	return nil
}

// marks of compressed data, at the front.
var compressors = []struct{ mark, name string }{
	{"\x1f\x8b", "gzip"}, {"\x1f\ufffd\x08", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"(\ufffd/\ufffd", "zstd"},
	{"x\x9c", "zlib"}, {"x\xda", "zlib"}, {"x\x01", "zlib"}, {"BZh", "bzip2"},
	{"\xfd7zXZ\x00", "xz"}, {"\x04\x22\x4d\x18", "lz4"},
	{"PK\x03\x04", "zip"}, {"\xff\x06\x00\x00sNaPpY", "snappy"},
}

func compressed(data []byte) string {
	for _, c := range compressors {
		if bytes.HasPrefix(data, []byte(c.mark)) {
			return c.name
		}
	}
	return ""
}

// form is a kind of document that is taken for JSON by mistake.
type form struct {
	is   func(data []byte) bool
	says string
}

// begins is made of its pattern when it is first asked: a process that reads
// no wrong document pays nothing.
func begins(pattern string) func([]byte) bool {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)`) })
	const head = 512 // bytes, which tell; a document may have millions
	return func(data []byte) bool { return compiled().Match(data[:min(len(data), head)]) }
}

// The first that fits counts. What a text says is "the body is ...".
var forms = []form{
	{utf32, "is UTF-32 text: save it as UTF-8"},
	{hexJSON, "is hexadecimal text: send the JSON itself"},
	{utf16, "is UTF-16 text, as PowerShell's > writes it: save it as UTF-8"},
	{begins(`\x00\x00`), "is a gRPC message or other binary data: this API takes JSON"},
	{begins("\u00ef\u00bb\u00bf"), "has a byte order mark that was read as Latin-1: send the JSON without it"},
	{begins(`--[^\r\n]*\r?\n(?i:Content-)`), "is multipart form data, as curl's -F sends it: send a " +
		"JSON object, with curl's -d"},
	{begins(`-----BEGIN `), "is PEM, want a JSON object: bytes go into its fields in base64"},
	{begins(`---\s|- `), yaml},
	{begins(`<`), "is XML or HTML, want a JSON object"},
	{begins(`(?i:%7B)`), percent},
	{func(data []byte) bool {
		return bytes.HasSuffix(bytes.ToUpper(data[max(0, len(data)-3):]), []byte("%7D"))
	}, percent},
	{begins(`\[object Object\]`), "is what JavaScript prints for an object: send the result of JSON.stringify"},
	{begins(`map\[|&?map\[string\]`), "is what Go prints for a map: send the result of json.Marshal"},
	{begins(`b['"]`), "is Python's repr of bytes: send the bytes themselves, which json.dumps(...).encode() makes"},
	{begins(`['` + "`" + `“”„‘’«]\s*\{`), "has quotes around the JSON object, as cmd.exe leaves single " +
		"ones: send the object without them"},
	{begins(`\\["{]`), backslashes},
	{begins(`@\S+\s*$`), "is the name of a file: curl's -d @FILE, without quotes or blanks before the " +
		"@, sends what is in it"},
	{begins(`[\w./~:\\-]+\.json\s*$`), "is the name of a file: curl's -d @FILE sends what is in it"},
	{begins(`\$[({\w]|\{\{|\$\{\{|%\w+%\s*$`), "is a variable or a placeholder that nothing has filled in"},
	{token, "is a token (a JWT), want a JSON object: a token goes into the header Authorization"},
	{base64JSON, "is base64 of JSON: send the JSON itself; an event says isBase64Encoded of such a body"},
	{base64Text, "is base64, want a JSON object: bytes go into its fields"},
	{begins(`[\w.+%[\]-]+=`), "is form data, as curl's -d name=value sends it: send a JSON object, as " +
		"in -d '{\"name\":\"value\"}'"},
	{begins(`//|/\*|#`), comment},
	{begins(`["']?[A-Za-z_][\w.-]*["']?[ \t]*:(?:\s|$)`), yaml},
	{begins(`"?[A-Za-z_]\w*"?:`), "has neither braces nor quotes around it: a shell removed them; " +
		"put single quotes around the whole object"},
	{noText, "is binary data, compressed perhaps (brotli and deflate have no mark): send the JSON " +
		"itself, with bytes in base64"},
	{begins(`[A-Za-z]`), "is plain text, want a JSON object"},
}

const (
	percent     = "is JSON in percent-encoding, as curl's --data-urlencode sends it: send the JSON itself, with -d"
	yaml        = "is YAML, want a JSON object"
	comment     = "has a comment, which JSON does not have"
	backslashes = "has backslashes before its quotes: a shell, or a second encoding, has put them there"
)

func utf32(data []byte) bool {
	for _, mark := range []string{"\xff\xfe\x00\x00", "\x00\x00\xfe\xff", "{\x00\x00\x00", "\x00\x00\x00{"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return true
		}
	}
	return false
}

// hexJSON knows the digits of "{", and the lines of hexdump and xxd.
var hexJSON = begins(`(?i:(?:0x|\\x)?7b(?:[ :]?[0-9a-f]{2})+|0{7,8}:? +[0-9a-f]{2,})`)

// utf16 also knows the text without its mark, and without what a program made
// of the mark.
func utf16(data []byte) bool {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "\ufffd\ufffd"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return true
		}
	}
	if len(data) < 4 {
		return false
	}
	big := data[0] == 0 && data[1] != 0 && data[2] == 0
	return big || data[0] != 0 && data[1] == 0 && data[2] != 0 && data[3] == 0
}

// base64JSON reports whether the text is in the alphabets of base64 and what
// it stands for begins like an object.
func base64JSON(data []byte) bool {
	return len(data) > 3 && data[0] == 'e' && 'w' <= data[1] && data[1] <= 'z' &&
		outside(data, "+/-_=\r\n") == len(data)
}

// base64Text reports whether the text is base64 of something else: it ends in
// padding, or is too long for a word.
func base64Text(data []byte) bool {
	bare := bytes.TrimRight(data, "=")
	return outside(bare, "+/-_\r\n") == len(bare) && (len(bare) < len(data) && len(data)%4 == 0 || len(bare) > 24)
}

func token(data []byte) bool {
	parts := bytes.Count(data, []byte(".")) + 1
	return parts == 3 && bytes.HasPrefix(data, []byte("ey")) && outside(data, ".-_\r\n") == len(data)
}

// noText looks at the front, and at what stands there for a byte that was no
// text.
func noText(data []byte) bool {
	if bytes.IndexByte([]byte(`{["`), data[0]) >= 0 {
		return false // begins as JSON does
	}
	const front = 32
	for i, r := range string(data[:min(len(data), front)]) {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError && i < front-utf8.UTFMax {
			return true
		}
	}
	return false
}

// outside is the place of the first byte that is not a letter, a digit or
// one of the others; the length if there is none.
func outside(data []byte, others string) int {
	for i, c := range data {
		if letter(c) || '0' <= c && c <= '9' || bytes.IndexByte([]byte(others), c) >= 0 {
			continue
		}
		return i
	}
	return len(data)
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
