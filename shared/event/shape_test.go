package event_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
)

// TestNullAndRemoved: every member of an event may be null or missing, as far
// as it is not what carries the request; the answer keeps its shape.
func TestNullAndRemoved(t *testing.T) {
	for _, file := range recorded(t) {
		original := mustRead(t, file)
		if original.bare() || !strings.HasSuffix(file, "-encrypt.json") {
			continue
		}
		for member := range original {
			if member == "url" && original["url"] != "" {
				continue // without it the template is left, which names no key
			}
			for _, how := range []string{"null", "removed"} {
				name := file + ", " + member + " " + how
				w := newWorld(t, identity.Platform)
				e := mustRead(t, file)
				if e[member] = nil; how == "removed" {
					delete(e, member)
				}
				a := w.invoke(t, event.Encrypt, e.payload(t))
				if want := original.without(member, strings.HasPrefix(file, "yandex-direct")); want == "" {
					w.wantSuccess(t, name, api.Encrypt, a)
				} else {
					a.wantError(t, name, 400, api.InvalidArgument, want)
				}
				if !a.http {
					t.Errorf("%s: the answer %s is not in HTTP's envelope", name, a.raw)
				}
			}
		}
	}
}

// without is what is answered to an event without a member; empty if it can
// do without it.
func (o object) without(member string, direct bool) string {
	switch {
	case member == "body":
		return "the body is empty"
	case member == "isBase64Encoded" && o[member] == true:
		return "the body is base64 of JSON"
	case direct:
		return "" // there is no path, and the query stands there twice
	case member == "rawPath", member == "path" && o["url"] == nil:
		return "keyId: is required"
	}
	return ""
}

// TestPathParameters: what a platform has read of the path is not looked at.
func TestPathParameters(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			if e := mustRead(t, file).as(t, w, op); !e.bare() {
				e.parameters(second + ":decrypt")
				w.wantSuccess(t, file+" as "+op.String(), op, w.invoke(t, functions[op], e.payload(t)))
			}
		}
	}
}

// parameters sets every map of path parameters there is in any format.
func (o object) parameters(value string) {
	for _, m := range []string{"pathParameters", "pathParams", "params", "parameters"} {
		o[m] = map[string]any{"keyId": value, "keyAndAction": value}
	}
	for _, m := range []string{"multiValueParams", "multiValueParameters"} {
		o[m] = map[string]any{"keyId": []string{value}, "keyAndAction": []string{value}}
	}
}

// TestAllMapsGone: what platforms write as null when it is empty, all together.
func TestAllMapsGone(t *testing.T) {
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			w := newWorld(t, identity.Platform)
			e := mustRead(t, file).as(t, w, op)
			for member, v := range e {
				_, isMap := v.(map[string]any)
				if direct := strings.HasPrefix(file, "yandex-direct"); isMap && member != "requestContext" &&
					!(direct && member == "queryStringParameters") {
					e[member] = nil
				}
			}
			w.wantSuccess(t, file+" as "+op.String(), op, w.invoke(t, functions[op], e.payload(t)))
		}
	}
}

// TestHeaderCase: platforms change the case of a header's name.
func TestHeaderCase(t *testing.T) {
	for _, file := range recorded(t) {
		for _, header := range []string{"x-request-id", "X-REQUEST-ID", "X-Request-Id", "x-ReQuEsT-iD"} {
			for _, where := range []string{"headers", "multiValueHeaders"} {
				e := mustRead(t, file)
				if e.bare() {
					continue
				}
				delete(e, "headers")
				delete(e, "multiValueHeaders")
				if e[where] = map[string]any{header: "mine-1", "X-Other": "x"}; where == "multiValueHeaders" {
					e[where] = map[string]any{"X-Other": []string{"x"}, header: []string{"mine-1", "mine-2"}}
				}
				a := newWorld(t, identity.Platform).invoke(t, event.Encrypt, e.payload(t))
				if got := a.headers["X-Request-Id"]; got != "mine-1" {
					t.Errorf("%s, %s in %s: the request id is %q", file, header, where, got)
				}
			}
		}
	}
}

// TestRequestID: the caller's if sane, else the platform's if sane, else new.
func TestRequestID(t *testing.T) {
	for _, row := range []struct{ caller, platform, want string }{
		{"mine", "its", "mine"}, {"", "its", "its"}, {"not sane", "its", "its"}, {"not sane", "nor is it", ""},
		{"", "", ""},
	} {
		for _, body := range []string{`{"plaintext":"eA=="}`, `junk`} {
			e := mustRead(t, "aws-http-v2-encrypt.json")
			e["headers"] = map[string]any{"x-request-id": row.caller}
			e["requestContext"].(map[string]any)["requestId"] = row.platform
			e["body"], e["isBase64Encoded"] = body, false
			got := newWorld(t, identity.Platform).invoke(t, event.Encrypt, e.payload(t)).headers["X-Request-Id"]
			if row.want != "" && got != row.want || row.want == "" && len(got) != 36 {
				t.Errorf("%+v, %s: got %q", row, body, got)
			}
		}
	}
}

// TestPaths: stages, base paths and second paths, in each place where a
// platform writes the path.
func TestPaths(t *testing.T) {
	for path, want := range map[string]int{
		"/prod/kms/v1/keys/" + first + ":encrypt":          200,
		"/prod/crypto/kms/v1/keys/" + first + "%3Aencrypt": 200,
		// a second path behind the first
		"/kms/v1/keys/" + second + "/kms/v1/keys/" + first + ":encrypt":            404,
		"/kms/v1/keys/" + first + ":encrypt?x=/kms/v1/keys/" + second + ":encrypt": 404,
		"/kms/v1/keys/" + first + ":decrypt":                                       404,
		"/kms/v1/keys%2F" + first + ":encrypt":                                     404,
		"/kms/v1/keys/{keyId}:encrypt":                                             400,
		"/prod":                                                                    404,
		"/prod/":                                                                   404,
	} {
		for file, member := range map[string]string{
			"aws-http-v2-encrypt.json": "rawPath", "aws-rest-v1-encrypt.json": "path",
			"yandex-gateway-1.0-encrypt.json": "path",
			"yandex-gateway-0.1-encrypt.json": "url", "yandex-gateway-0.1-query-encrypt.json": "url",
		} {
			e := mustRead(t, file)
			e[member] = path
			if member == "url" {
				e[member] = path + "?trace=/kms/v1/keys/x:encrypt"
			}
			a := newWorld(t, identity.Platform).invoke(t, event.Encrypt, e.payload(t))
			want := want
			if member == "url" && strings.Contains(path, "?") {
				want = 200 // a url has a query, a path has none
			}
			if a.status != want {
				t.Errorf("%s: %s %s: got %s, want %d", file, member, path, a.raw, want)
			}
		}
	}
}

// TestNoPath: an empty path or / is a direct call of the function's own
// operation; the key id is then in the query or the body.
func TestNoPath(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for file, member := range map[string]string{"aws-function-url-encrypt.json": "rawPath",
		"yandex-direct-encrypt.json": "url", "aws-rest-v1-encrypt.json": "path"} {
		for _, path := range []string{"", "/", "/?", "?x=y"} {
			e := mustRead(t, file)
			if member != "url" && strings.Contains(path, "?") {
				continue
			}
			e[member] = path
			e["queryStringParameters"] = map[string]any{"keyId": first}
			w.wantSuccess(t, file+" "+path, api.Encrypt, w.invoke(t, event.Encrypt, e.payload(t)))
			e["queryStringParameters"], e["multiValueQueryStringParameters"] = nil, nil
			w.invoke(t, event.Encrypt, e.payload(t)).wantError(t, file+" "+path, 400, api.InvalidArgument,
				"keyId: is required")
			e["body"], e["isBase64Encoded"] = `{"plaintext":"eA==","keyId":"`+first+`"}`, false
			w.wantSuccess(t, file+" "+path, api.Encrypt, w.invoke(t, event.Encrypt, e.payload(t)))
			w.invoke(t, event.All, e.payload(t)).wantError(t, file+" "+path, 404, api.NotFound,
				"the request has no path")
		}
	}
}

// TestBase64Body: a body marked as base64 that is none, and one not marked.
func TestBase64Body(t *testing.T) {
	for _, row := range []struct {
		body   string
		marked bool
		want   string
	}{
		{`{"plaintext":"eA=="}`, false, ""},
		{b64(`{"plaintext":"eA=="}`), true, ""},
		{`{"plaintext":"eA=="}`, true, "the body of the event is marked isBase64Encoded and is not base64"},
		{b64(`{"plaintext":"eA=="}`), false, "the body is base64 of JSON"},
		{"", true, "the body is empty"},
		{b64("\xff\xfe"), true, "the body is UTF-16 text"},
	} {
		e := mustRead(t, "yandex-gateway-1.0-encrypt.json")
		e["body"], e["isBase64Encoded"] = row.body, row.marked
		a := newWorld(t, identity.Platform).invoke(t, event.Encrypt, e.payload(t))
		if row.want == "" && a.status != 200 {
			t.Errorf("%+v: got %s", row, a.raw)
		} else if row.want != "" {
			a.wantError(t, row.body, 400, api.InvalidArgument, row.want)
		}
		var check any
		if err := json.Unmarshal(a.raw, &check); err != nil {
			t.Error(err)
		}
	}
}
