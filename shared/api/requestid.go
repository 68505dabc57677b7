package api

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
