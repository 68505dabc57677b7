package rest

import (
	"net/url"
	"strings"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Prefix is what every path of the API begins with.
const Prefix = "/kms/v1/keys/"

// route reads a path, /kms/v1/keys/{keyId}:{operation}. It splits on the last
// colon of the one segment after the prefix; a percent-encoded colon is the
// same. (net/http's ServeMux cannot: it panics on {keyId}:encrypt.) The key id
// is not checked here.
func route(path string) (key.ID, api.Operation, bool) {
	segment, ok := strings.CutPrefix(path, Prefix)
	if !ok || strings.Contains(segment, "/") {
		return "", 0, false
	}
	segment, err := url.PathUnescape(segment)
	if err != nil {
		return "", 0, false
	}
	colon := strings.LastIndexByte(segment, ':')
	if colon < 0 {
		return "", 0, false
	}
	o, ok := api.ParseOperation(segment[colon+1:])
	return key.ID(segment[:colon]), o, ok
}
