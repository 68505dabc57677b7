package gateway

import (
	"fmt"
	"net/url"
	"strings"
)

// route is a path of the document.
type route struct {
	segments   []segment
	operations map[string]*operation // by method
}

// segment is what is between two slashes of a path.
type segment struct {
	text      string // a literal, or the name of a parameter
	parameter bool
}

// parse splits the path of a document. A parameter is a whole segment.
func parse(template string) ([]segment, error) {
	var segments []segment
	for _, text := range split(template) {
		name, ok := strings.CutPrefix(text, "{")
		if ok {
			name, ok = strings.CutSuffix(name, "}")
		}
		switch {
		case !ok && strings.ContainsAny(text, "{}"), strings.ContainsAny(name, "{}"):
			return nil, fmt.Errorf("%s has a parameter as a part of a segment; a gateway takes a whole one: write a "+
				"literal path for each value, or one parameter for the whole segment", text)
		case strings.HasSuffix(name, "+"):
			return nil, fmt.Errorf("%s is greedy, which is not done here", text)
		}
		segments = append(segments, segment{name, ok})
	}
	return segments, nil
}

// split gives the segments of a path, which begins with a slash.
func split(path string) []string { return strings.Split(path, "/")[1:] }

// match finds the route of a path as it was sent, and the values of the path
// parameters, decoded. A percent-encoded slash separates nothing.
func match(routes []*route, path string) (*route, map[string]string) {
	if !strings.HasPrefix(path, "/") {
		return nil, nil
	}
	sent := split(path)
	for i, text := range sent {
		decoded, err := url.PathUnescape(text)
		if err != nil {
			return nil, nil
		}
		sent[i] = decoded
	}
	for _, r := range routes {
		if values, ok := r.match(sent); ok {
			return r, values
		}
	}
	return nil, nil
}

func (r *route) match(sent []string) (map[string]string, bool) {
	if len(sent) != len(r.segments) {
		return nil, false
	}
	values := map[string]string{}
	for i, s := range r.segments {
		switch {
		case s.parameter && sent[i] != "":
			values[s.text] = sent[i]
		case s.parameter || s.text != sent[i]:
			return nil, false
		}
	}
	return values, true
}
