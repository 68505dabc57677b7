package keyfile

import (
	"bytes"
	"fmt"
	"regexp"

	"rekey/shared/store/file/passphrase"
)

// armored is the encrypted keyring in a file that has other text around it, or
// is in UTF-16, and what was done to it; nil if there is none. Its lines may end
// with CR LF: age takes them.
func armored(data []byte) (text []byte, altered string) {
	text, altered = data, steps[0].what
	if text = fromUTF16(data); text == nil {
		text, altered = data, "other text is around it"
	}
	begin, end := bytes.Index(text, []byte("-----BEGIN AGE ")), bytes.LastIndex(text, []byte("-----END AGE "))
	if begin < 0 || end < begin || bytes.HasPrefix(bytes.TrimLeft(text, blank), []byte("{")) {
		return nil, ""
	}
	behind := bytes.IndexAny(text[end:], "\r\n\x00")
	if behind < 0 {
		behind = len(text) - end
	}
	text = text[begin : end+behind]
	if lined.Match(text) {
		text, altered = lined.ReplaceAll(text, nil), "blanks are around its lines"
	}
	text = canonical(text)
	if !passphrase.Encrypted(text) || bytes.Equal(text, canonical(data)) {
		return nil, ""
	}
	return text, altered
}

// lined are blanks that no line of an armor begins or ends with.
var lined = regexp.MustCompile(`(?m)^[ \t]+|[ \t]+\r?$`)

// several says that an encrypted file is more than one; nil if it is not.
func several(data []byte) error {
	const begin = "-----BEGIN AGE "
	if !bytes.Contains(data, []byte(begin)) {
		return nil
	}
	if conflict.Match(data) {
		return merged
	}
	n := 0
	for range 2 { // a keyring has two parts
		next := bytes.Index(data[n:], []byte(begin))
		if next < 0 {
			return nil
		}
		n += next + len(begin)
	}
	third := bytes.Index(data[n:], []byte(begin))
	if third < 0 {
		return nil
	}
	n += third
	return undoable(fmt.Sprintf("is two encrypted keyrings, one behind the other: `head -c %d` cuts the first off "+
		"and `tail -c +%d` the second; keep the one of the higher generation", n, n+1))
}
