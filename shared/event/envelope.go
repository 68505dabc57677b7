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
	keyIDs    []string // of the query
	context   requestContext
	trigger   string // the name of a member that no request has
}

// isHTTP tells an event in HTTP's shape from a direct invocation.
func (v *envelope) isHTTP() bool { return v.methodSet || v.rawPathSet || v.context.set }

// maxEvent is the largest event, in bytes, that can hold a request: the
// largest body with every character escaped is half of it, and platforms limit
// headers and query to far less than the rest.
const maxEvent = 4 * api.MaxBody

// read reads all members and returns the first fault. An event in which
// something stands twice is refused, and read all the same for its shape and
// its request id. One that is too large is refused anyway, and read for these
// alone: to look for what stands twice takes many times the memory of the
// event if it is made of names.
func (v *envelope) read(raw []byte) error {
	if len(raw) > maxEvent {
		return v.walk(strictjson.Members, raw)
	}
	err := v.walk(strictjson.UniqueMembers, raw)
	if errors.Is(err, strictjson.ErrTwice) {
		v.walk(strictjson.Members, raw)
	}
	return err
}

type walker func([]byte, func(name []byte, m strictjson.Value) error) error

func (v *envelope) walk(members walker, raw []byte) error {
	*v = envelope{}
	var fault error
	err := members(raw, func(name []byte, m strictjson.Value) error {
		if err := v.member(name, m); err != nil && fault == nil {
			fault = fmt.Errorf("has a member %s that %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
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
	case "headers", "multiValueHeaders":
		err = v.readHeaders(m)
	case "queryStringParameters", "multiValueQueryStringParameters":
		err = v.readQuery(m)
	case "requestContext":
		err = v.context.read(m)
	case "body":
		v.body, err = m.Text()
	case "isBase64Encoded":
		v.base64 = string(m) == "true"
		if k := m.Kind(); k != "a boolean" {
			err = fmt.Errorf("is %s, want a boolean", k)
		}
	case "messages", "Records", "detail-type", "event_metadata":
		v.trigger = string(name)
	}
	return err
}

func text(m strictjson.Value) (string, error) {
	b, err := m.Text()
	return string(b), err
}

// readHeaders looks for the request id; platforms change the case of names.
func (v *envelope) readHeaders(m strictjson.Value) error {
	return each(m, func(name []byte, value string) {
		if v.requestID == "" && bytes.EqualFold(name, []byte("x-request-id")) {
			v.requestID = value
		}
	})
}

// readQuery looks for every key id that is another; names in a query are
// case-sensitive.
func (v *envelope) readQuery(m strictjson.Value) error {
	return each(m, func(name []byte, value string) {
		const enough = 3 // the third shows as well as the millionth that they differ
		if string(name) == "keyId" && len(v.keyIDs) < enough && !slices.Contains(v.keyIDs, value) {
			v.keyIDs = append(v.keyIDs, value)
		}
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
func each(m strictjson.Value, f func(name []byte, value string)) error {
	if !m.IsObject() {
		return fmt.Errorf("is %s, want an object", m.Kind())
	}
	return strictjson.Members(m, func(name []byte, v strictjson.Value) error {
		switch {
		case v.IsString():
			s, err := text(v)
			if err != nil {
				return err
			}
			f(name, s)
		case v.IsArray():
			return strictjson.Elements(v, func(e strictjson.Value) error {
				if s, err := text(e); err == nil {
					f(name, s)
				}
				return nil
			})
		}
		return nil
	})
}
