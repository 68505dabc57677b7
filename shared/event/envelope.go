package event

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rekey/shared/api"
	"rekey/shared/rest"
	"rekey/shared/strictjson"
)

// envelope is what is read of an event. The rest of it, path parameters above
// all, is not trusted and not looked at.
type envelope struct {
	url, path, rawPath string
	urlSet, rawPathSet bool // present, if only as ""

	method    string
	methodSet bool
	body      []byte
	base64    bool
	requestID string   // of the header
	encodings []string // of the headers
	multi     bool     // it has multiValueHeaders
	keyIDs    []string // of the query
	context   requestContext
	trigger   string // the name of a member that no request has
}

// isHTTP distinguishes an event in HTTP's shape from a direct invocation.
func (v *envelope) isHTTP() bool {
	return v.methodSet || v.rawPathSet || v.context.set || v.context.sender != ""
}

// maxEvent is the largest event, in bytes, that can hold a request: the
// largest body with every character escaped is half of it, and platforms limit
// headers and query to far less than the rest.
const maxEvent = 4 * api.MaxBody

// read reads all members and returns the first fault. An event in which
// something is a duplicate is refused, and read all the same for its shape and
// its request id. One that is too large is refused anyway, and read for these
// alone.
func (v *envelope) read(raw []byte) error {
	var fault error
	err := strictjson.Members(raw, func(name []byte, m strictjson.Value) error {
		if err := v.member(name, m); err != nil && fault == nil {
			fault = fmt.Errorf("has a member %s that %w", name, err)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(raw) <= maxEvent && strictjson.Twice(raw):
		return strictjson.ErrTwice
	}
	return fault
}

// member reads one member of the event. null is as good as absent.
func (v *envelope) member(name []byte, m strictjson.Value) (err error) {
	if m.IsNull() {
		return nil
	}
	switch string(name) {
	case "httpMethod":
		v.methodSet = true
		v.method, err = text(m)
	case "url":
		v.urlSet = true
		v.url, err = text(m)
	case "path":
		v.path, err = text(m)
	case "rawPath":
		v.rawPathSet = true
		v.rawPath, err = text(m)
	case "raw_path":
		v.context.sender = lattice // in its older shape
	case "headers", "multiValueHeaders":
		v.multi = v.multi || name[0] == 'm'
		err = v.readHeaders(m)
	case "queryStringParameters", "multiValueQueryStringParameters":
		err = v.readQuery(m)
	case "requestContext":
		err = v.context.read(m)
	case "body":
		v.body, err = m.Text()
	case "isBase64Encoded":
		if v.base64 = m[0] == 't'; !v.base64 && m[0] != 'f' {
			err = notBoolean(m[0])
		}
	default:
		if notCaller(name) {
			v.trigger = string(name)
		}
	}
	return err
}

// notBoolean and notObject are the first byte of a value that should be one.
// As errors they take no memory: an event may have a hundred thousand of them.
type notBoolean byte
type notObject byte

func (c notBoolean) Error() string {
	return "is " + strictjson.Value{byte(c)}.Kind() + ", want a boolean"
}
func (c notObject) Error() string {
	return "is " + strictjson.Value{byte(c)}.Kind() + ", want an object"
}

func text(m strictjson.Value) (string, error) {
	b, err := m.Text()
	return string(b), err
}

// readHeaders looks for the request id and for what was done to the body;
// platforms change the case of names.
func (v *envelope) readHeaders(m strictjson.Value) error {
	return each(m, func(name []byte, value strictjson.Value) (err error) {
		if v.requestID == "" && bytes.EqualFold(name, []byte("x-request-id")) {
			v.requestID, err = text(value)
		}
		if len(v.encodings) < enough && bytes.EqualFold(name, []byte("content-encoding")) {
			encoding, fault := text(value)
			v.encodings, err = append(v.encodings, encoding), fault
		}
		return err
	})
}

// enough is how many of a header or of a query are kept: the third shows as
// well as the millionth that they differ.
const enough = 3

// readQuery looks for every key id that is another; names in a query are
// case-sensitive.
func (v *envelope) readQuery(m strictjson.Value) error {
	return each(m, func(name []byte, value strictjson.Value) error {
		if string(name) != "keyId" || len(v.keyIDs) == enough {
			return nil
		}
		id, err := value.Text()
		if err == nil && !slices.ContainsFunc(v.keyIDs, func(k string) bool { return k == string(id) }) {
			v.keyIDs = append(v.keyIDs, string(id))
		}
		return err
	})
}

// actualPath is the path that was called, from /kms/v1/keys/ on, or empty if
// there is none. What precedes is a stage or a base path, and not ours.
func (v *envelope) actualPath() string {
	p := v.path // Yandex 1.0, AWS payload 1.0
	switch {
	case v.rawPathSet: // AWS payload 2.0, function URLs
		p = v.rawPath
	case v.urlSet: // Yandex 0.1 and direct calls: path is the template
		p, _, _ = strings.Cut(v.url, "?")
	}
	if p == "/" {
		return ""
	}
	// The first, so that nobody can put a second path behind the one that a
	// gateway has judged.
	if i := strings.Index(p, rest.Prefix); i > 0 {
		return p[i:]
	}
	return p
}

// decodedBody is the request's body. Platforms encode what they do not take
// for text.
func (v *envelope) decodedBody() ([]byte, error) {
	if !v.base64 {
		return v.body, nil
	}
	body, err := base64.StdEncoding.AppendDecode(nil, v.body)
	if err != nil {
		return nil, errors.New("of the event is marked isBase64Encoded and is not base64")
	}
	return body, nil
}

// each calls f with every string of an object of strings, or of arrays of
// strings.
func each(m strictjson.Value, f func(name []byte, value strictjson.Value) error) error {
	if !m.IsObject() {
		return notObject(m[0])
	}
	return strictjson.Members(m, func(name []byte, v strictjson.Value) error {
		switch {
		case v.IsString():
			return f(name, v)
		case v.IsArray():
			return strictjson.Elements(v, func(e strictjson.Value) error {
				if e.IsString() {
					return f(name, e)
				}
				return nil
			})
		}
		return nil
	})
}
