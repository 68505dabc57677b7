package rest

import (
	"crypto/rand"
	"encoding/hex"

	"rekey/shared/api"
)

// RequestID keeps a sane id and makes one, a random UUID (RFC 9562, version
// 4), otherwise. Without randomness it makes the nil UUID: an id of a request
// is not secret, and the operation will report the fault itself.
func RequestID(given string) string {
	if api.SaneRequestID(given) {
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
