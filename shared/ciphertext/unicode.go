package ciphertext

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// offUnicode takes off what editors and shells of Windows put around text: a
// byte order mark, and two bytes for each character behind it.
func offUnicode(text []byte, layers int) (Report, bool) {
	if rest, ok := bytes.CutPrefix(text, []byte("\xef\xbb\xbf")); ok {
		return within("text after a byte order mark", rest, layers)
	}
	var order binary.ByteOrder = binary.LittleEndian
	rest, ok := bytes.CutPrefix(text, []byte("\xff\xfe"))
	if !ok {
		order = binary.BigEndian
		if rest, ok = bytes.CutPrefix(text, []byte("\xfe\xff")); !ok {
			return Report{}, false
		}
	}
	units := make([]uint16, len(rest)/2)
	for i := range units {
		units[i] = order.Uint16(rest[2*i:])
	}
	return within("UTF-16 text", []byte(string(utf16.Decode(units))), layers)
}
