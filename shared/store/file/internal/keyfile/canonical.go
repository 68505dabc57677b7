package keyfile

import (
	"bytes"

	"rekey/shared/store/file/passphrase"
)

// canonical is a file with one line break at its end and nothing else around
// it: editors, shells and transfers put a byte order mark and line breaks
// there, or take the last one off. What begins as no keyring does stays unchanged.
func canonical(data []byte) []byte {
	text := bytes.Trim(data, "\ufeff\r\n")
	document := bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("{\x00"))
	armored := bytes.HasPrefix(text, []byte("-")) && passphrase.Encrypted(text)
	if !document && !armored {
		return data
	}
	if len(data) == len(text)+1 && bytes.HasPrefix(data, text) && data[len(text)] == '\n' {
		return data
	}
	return append(bytes.Clone(text), '\n')
}
