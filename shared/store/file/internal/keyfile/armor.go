package keyfile

import (
	"bytes"

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
	text = canonical(text[begin : end+behind])
	if !passphrase.Encrypted(text) || bytes.Equal(text, canonical(data)) {
		return nil, ""
	}
	return text, altered
}
