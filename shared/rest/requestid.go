package rest

import (
	"crypto/rand"
	"encoding/hex"
)

// maxRequestIDLen is in characters: room for a UUID, an AWS or a Yandex id
// and for most people's own, and no room for an essay in a log line.
const maxRequestIDLen = 128

// SaneRequestID reports whether a request id may be repeated in headers and
// logs: 1 to 128 characters of [A-Za-z0-9._:/+=@-].
func SaneRequestID(id string) bool {
	if id == "" || len(id) > maxRequestIDLen {
		return false
	}
	for i := 0; i < len(id); i++ {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '.', c == '_', c == ':', c == '/', c == '+', c == '=', c == '@', c == '-':
		default:
			return false
		}
	}
	return true
}

// RequestID keeps a sane id and makes one, a random UUID (RFC 9562, version
// 4), otherwise. Without randomness it makes the nil UUID: an id of a request
// is no secret, and the operation will report the fault itself.
func RequestID(given string) string {
	if SaneRequestID(given) {
		return given
	}
	var u [16]byte
	if _, err := rand.Read(u[:]); err == nil {
		u[6] = u[6]&0x0f | 0x40
		u[8] = u[8]&0x3f | 0x80
	}
	s := hex.EncodeToString(u[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
