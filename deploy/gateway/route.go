package gateway

import (
	"fmt"
	"net/url"
	"strings"
)

// route is one path and method of the document.
type route struct {
	method, path string
	segments     []string
	parameters   []string // by segment; empty for a literal one: nil if all are
	operationID  string
	function     Function
	format       string
	limiter      limiter
	authorizer   *authorizer
}

// newRoute reads a path. A parameter is a whole segment or nothing.
func newRoute(method, path string) (*route, error) {
	r := &route{method: method, path: path, segments: strings.Split(path, "/")}
	for i, segment := range r.segments {
		open := strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") && strings.Count(segment, "{") == 1
		switch {
		case open:
			if r.parameters == nil {
				r.parameters = make([]string, len(r.segments))
			}
			r.parameters[i] = strings.TrimSuffix(segment[1:len(segment)-1], "+")
			if r.parameters[i]+"}" != segment[1:] {
				return nil, fmt.Errorf("greedy parameters are not known here")
			}
		case strings.ContainsAny(segment, "{}"):
			return nil, fmt.Errorf("a parameter must be a whole segment of the path")
		}
	}
	return r, nil
}

// find returns the route of a request, a literal one before others, and the
// parameters of its path.
func (g *gateway) find(method, path string) (*route, map[string]string) {
	segments := strings.Split(path, "/")
	for _, r := range g.routes {
		if r.method != method || len(r.segments) != len(segments) {
			continue
		}
		if parameters, ok := r.match(segments); ok {
			return r, parameters
		}
	}
	return nil, nil
}

func (r *route) match(segments []string) (map[string]string, bool) {
	found := map[string]string{}
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		switch {
		case err != nil:
			return nil, false
		case r.parameters != nil && r.parameters[i] != "":
			found[r.parameters[i]] = text
		case text != r.segments[i]:
			return nil, false
		}
	}
	return found, true
}
