package rest

import (
	"cmp"
	"net/http"
	"strings"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Prefix is what every path of a key begins with.
const Prefix = api.Collection + "/"

// colon is the one escape that is taken in a path, because clients write it.
// Any other would be a second spelling, by which a request walks around a rule
// of a proxy such as "deny paths that end in :decrypt".
var colon = strings.NewReplacer("%3A", ":", "%3a", ":")

// split reads a path: of all keys, of one, or of an operation with one. It
// splits on the last colon of the one segment after the prefix, behind which an
// operation must be: the path of a key has one spelling. (net/http's ServeMux
// cannot: it panics on {keyId}:encrypt.) The key id is not checked here: an
// escape in it is none of its characters.
func split(path string) (id key.ID, pattern pattern, ok bool) {
	if path == api.Collection {
		return "", pattern, true
	}
	segment, ok := strings.CutPrefix(path, Prefix)
	if !ok || segment == "" || strings.Contains(segment, "/") {
		return "", pattern, false
	}
	if strings.IndexByte(segment, '%') >= 0 { // a Replacer allocates in any case
		segment = colon.Replace(segment)
	}
	pattern.key = true
	if last := strings.LastIndexByte(segment, ':'); last >= 0 {
		segment, pattern.verb = segment[:last], segment[last+1:]
		ok = pattern.verb != ""
	}
	return key.ID(segment), pattern, ok
}

// route finds the endpoint of a path and a method. A request without a path is
// for the one operation that is served.
func (a *API) route(c *api.Call, r *Request) (*Endpoint, error) {
	only, method, wanted := c.Operation, cmp.Or(r.Method, http.MethodPost), pattern{true, c.Operation.String()}
	if r.Path == "" && only == 0 {
		return nil, api.Errorf(api.NotFound, "the request has no path and this entry serves every operation: "+
			"call %s{keyId}:encrypt, or the function of one operation", Prefix)
	}
	if r.Path != "" {
		id, named, ok := split(r.Path)
		if !ok {
			c.Operation = 0
			return nil, noSuchPath()
		}
		c.KeyID, wanted = id, named
	}
	e := a.at(wanted, method)
	if e == nil {
		c.Operation, c.KeyID = 0, ""
		return nil, noSuchPath()
	}
	c.Operation = e.operation
	switch {
	case only != 0 && e.operation != only:
		return nil, api.Errorf(api.NotFound, "no such path here: this function serves :%v only, not :%v", only,
			e.operation)
	case r.Path != "" && wanted.key && c.KeyID == "":
		return nil, api.Errorf(api.InvalidArgument, "keyId: is missing in the path before :%v", e.operation)
	case e.method != method:
		return nil, api.Errorf(api.Unimplemented, "this path takes %s only",
			e.method).WithStatus(http.StatusMethodNotAllowed)
	}
	return e, nil
}

// at is the endpoint of a pattern and a method, or that of an operation which
// takes another method, or nil.
func (a *API) at(wanted pattern, method string) (found *Endpoint) {
	for i := range a.endpoints {
		e := &a.endpoints[i]
		if e.pattern == wanted && (e.method == method || found == nil && wanted.verb != "") {
			found = e
		}
	}
	return found
}

func noSuchPath() error {
	return api.Errorf(api.NotFound, "no such path: want %s{keyId}:encrypt, :decrypt, :reEncrypt or :generateDataKey",
		Prefix)
}
