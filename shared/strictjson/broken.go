package strictjson

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// broken says what is wrong at a place of a document, which is JSON up to
// there. It may be slow: it is asked once, when a document is refused, and
// repeats only those words of it that are in its own list.
func broken(data []byte, at int) error {
	at = min(max(at, 0), len(data))
	if open, _ := scan(data[:at]); !open && bytes.HasSuffix(data[:at], []byte("-")) {
		at-- // of -Infinity the library has taken the sign
	}
	rest := data[at:]
	if open, depth := scan(data[:at]); !open && depth == 0 && len(trim(data[:at])) > 0 {
		return after(data, at)
	}
	for _, f := range faults(data[:at], rest) {
		if f.is(rest) {
			return fmt.Errorf("%s (%s)", f.says, place(data, at))
		}
	}
	return fmt.Errorf("is not valid JSON: error %s", place(data, at))
}

// place tells where, in both ways that editors show it.
func place(data []byte, at int) string {
	if line := bytes.Count(data[:at], []byte("\n")) + 1; line > 1 {
		return fmt.Sprintf("after byte %d, in line %d", at, line)
	}
	return fmt.Sprintf("after byte %d", at)
}

// faults are those that can stand where the document breaks.
func faults(before, rest []byte) []form {
	if open, _ := scan(before); open {
		return inString
	}
	before = bytes.TrimRight(before, " \t\r\n")
	if len(before) == 0 {
		return nil
	}
	switch before[len(before)-1] {
	case ':':
		return inValue
	case '{', ',':
		if bytes.IndexByte(before, '"') < 0 && bytes.IndexByte(rest, '"') < 0 {
			return append([]form{{begins(`[A-Za-z_]`), eaten}}, inName...)
		}
		return inName
	}
	if bytes.ContainsAny(before, typographic) {
		return []form{{func([]byte) bool { return true }, quotes}}
	}
	return between
}

// typographic quotes end no string.
const (
	typographic = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019"
	quotes      = "has typographic quotes, as word processors write them: JSON's quote is \""
)

const number = "has a number that JSON does not have, such as 01, +1, .5 or 0x10"

const eaten = "has no quotes: a shell removed them; put single quotes around the whole object," +
	" in cmd.exe and PowerShell write \\\" for each, or send a file with curl's -d @FILE"

// scan reports whether a place is in a string, and in how many objects and
// arrays.
func scan(before []byte) (open bool, depth int) {
	escape := false
	for _, c := range before {
		switch {
		case escape:
			escape = false
		case c == '"':
			open = !open
		case open:
			escape = c == '\\'
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return open, depth
}

var inString = []form{
	{begins(`[\r\n]`), "has a line break within a string, as wrapped base64 has: write it in one line " +
		"(base64 -w0), or each line break as \\n"},
	{begins(`\t`), "has a tab within a string: write it as \\t"},
	{begins(`[\x00-\x1f]`), "has a control character within a string: bytes go into base64"},
	{begins(`\\u[dD][89a-fA-F]`), "has half a surrogate pair, which is not a character"},
	{begins(`\\`), "has an escape that JSON does not have (a backslash is \\\\)"},
	{noUTF8, "has text that is not UTF-8: bytes go into base64, and text is saved as UTF-8"},
}

var everywhere = []form{
	{begins(`\\`), backslashes},
	{begins("[" + typographic + "]"), quotes},
	{begins(`'`), "has single quotes where JSON has double ones, as in what Python prints (json.dumps " +
		"writes JSON)"},
	{begins("`"), "has backquotes where JSON has double quotes"},
	{begins(`/[/*]|#`), comment},
	{begins("\u00a0|\u200b|\ufeff|\u3000"), "has a blank that JSON does not know, as web pages have"},
	{begins(`\{\{|\$[{(\w]|<\w+>`), "has a variable or a placeholder that nothing has filled in"},
	{begins(`[\x00-\x1f]|\x{fffd}`), "has binary data"},
}

var inName = append([]form{
	{begins(`\}`), "has a comma before its }, which JSON does not allow"},
	{begins(`,`), "has a comma where a name should be"},
	{begins(`\{`), "has a variable or a placeholder that nothing has filled in, or a { too many"},
	{begins(`\d`), "has a number where a name in quotes should be"},
	{begins(`\w`), "has a name without quotes, which a shell may have removed"},
}, everywhere...)

var inValue = append([]form{
	{begins(`(?:None|True|False)\b`), "has None, True or False, as in what Python prints: json.dumps writes JSON"},
	{begins(`[+-]?(?i:NaN|Infinity|Inf|undefined|nil)\b`), "has NaN, Infinity, undefined or nil, which " +
		"JSON does not have"},
	{begins(`(?i:true|false|null)\b`), "has true, false or null in capital letters"},
	{begins(`[,}]`), "has no value after a colon"},
	{begins(`\]`), "has a ] that closes nothing"},
	{begins(`[+.0-9-]`), number},
}, append(slices.Clip(everywhere),
	form{begins(`[\w/=+]`), "has a value without quotes, which a shell may have removed"})...)

var between = append([]form{
	{begins(`,\s*[\]}]`), "has a comma before its }, which JSON does not allow"},
	{begins(`,\s*,`), "has a comma where a name should be"},
	{begins(`[xX][0-9a-fA-F]`), number},
	{begins(`["A-Za-z]`), "lacks a comma or a colon, or has a quote within a string (which is \\\" there)"},
	{begins(`=>?`), "has = where JSON has a colon"},
	{begins(`;`), "has a semicolon where JSON has a comma"},
	{begins(`[\]}]`), "has a bracket that closes something else, or a name without a value"},
	{begins(`[+.0-9-]`), number},
}, everywhere...)

func noUTF8(rest []byte) bool {
	r, n := utf8.DecodeRune(rest)
	return r == utf8.RuneError && n < 2
}

// after says what stands behind the one object that there should be.
func after(data []byte, at int) error {
	what := "something"
	switch rest := bytes.TrimLeft(data[at:], blanks+","); {
	case bytes.HasPrefix(rest, []byte("{")):
		what = "a second JSON object, where one is taken at a time,"
	case bytes.HasPrefix(rest, []byte("}")):
		what = "a } too many"
	case bytes.HasPrefix(rest, []byte("'")):
		what = "a quote, as cmd.exe leaves single ones,"
	case bytes.HasPrefix(rest, []byte("=")):
		what = "a =, as if it were the name of a form's field,"
	case len(bytes.Trim(rest, "\x00")) == 0:
		what = "NULs"
	}
	return fmt.Errorf("has %s after the JSON object (%s)", what, place(data, at))
}
