package rest

import (
	"strings"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Prefix is what every path of the API begins with.
const Prefix = "/kms/v1/keys/"

// colon is the one escape that is taken in a path, because clients write it.
// Any other would be a second spelling, by which a request walks around a rule
// of a proxy such as "deny paths that end in :decrypt".
var colon = strings.NewReplacer("%3A", ":", "%3a", ":")

// route reads a path, /kms/v1/keys/{keyId}:{operation}. It splits on the last
// colon of the one segment after the prefix. (net/http's ServeMux cannot: it
// panics on {keyId}:encrypt.) The key id is not checked here: an escape in it
// is none of its characters.
func route(path string) (key.ID, api.Operation, bool) {
	segment, ok := strings.CutPrefix(path, Prefix)
	if !ok || strings.Contains(segment, "/") {
		return "", 0, false
	}
	segment = colon.Replace(segment)
	last := strings.LastIndexByte(segment, ':')
	if last < 0 {
		return "", 0, false
	}
	o, ok := api.ParseOperation(segment[last+1:])
	return key.ID(segment[:last]), o, ok
}
