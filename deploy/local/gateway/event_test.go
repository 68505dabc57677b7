package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rekey/deploy/local/gateway"
)

type object = map[string]any

// recorded reads an event that functions are tested with.
func recorded(t testing.TB, file string) object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../tests/testdata/events", file))
	if err != nil {
		t.Fatal(err)
	}
	var e object
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestEvents: requests like those that the recorded events tell of make the
// same events, member by member.
func TestEvents(t *testing.T) {
	files, err := filepath.Glob("../../../tests/testdata/events/yandex-gateway-*.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d recorded events, %v", len(files), err)
	}
	for _, file := range files {
		file = filepath.Base(file)
		t.Run(file, func(t *testing.T) {
			want := recorded(t, file)
			path, scheme := literal(want), closedBy(want)
			w := newWorld(t, documentOf(want, path, scheme))
			r := w.like(t, want, path)
			if scheme != "" {
				r.Header.Set("Authorization", "Bearer "+w.issuer.token(t, "first", object{"scope": "kms"}))
			}
			do(t, r).want(t, file, 200, "done")
			differ(t, w.event(t), want)
		})
	}
}

// literal replaces a path that no gateway takes, with a parameter in a
// segment, by the actual one, in the event, and returns the path that is
// called.
func literal(e object) string {
	template, url := "path", "url"
	if e["version"] == "1.0" {
		template, url = "resource", "path"
	}
	path, _, _ := strings.Cut(e[url].(string), "?")
	if !strings.HasSuffix(e[template].(string), "/{keyAndAction}") {
		e[template] = path
		for _, name := range []string{"pathParams", "params", "multiValueParams", "pathParameters", "parameters",
			"multiValueParameters"} {
			if all, ok := e[name].(object); ok {
				delete(all, "keyId")
			}
		}
	}
	return path
}

// closedBy is the security of the event's operation. Of authorizers that are
// functions, which are not done here, the event loses its trace.
func closedBy(e object) string {
	context := e["requestContext"].(object)
	jwt, ok := context["authorizer"].(object)["jwt"].(object)
	if !ok {
		context["authorizer"] = object{}
		return ""
	}
	jwt["claims"].(object)["scope"] = "kms"
	return "security: [{jwt: []}]"
}

// documentOf is a document whose one operation makes such an event.
func documentOf(e object, path, security string) string {
	format, template, operation := "0.1", e["path"].(string), "anything"
	if e["version"] == "1.0" {
		format, template, operation = "1.0", e["resource"].(string), e["operationId"].(string)
	}
	parameters := "{name: trace, in: query, schema: {type: string}}"
	if template != path {
		parameters += ", {name: keyAndAction, in: path, required: true, schema: {type: string}}"
	}
	head, _, _ := strings.Cut(document, "paths:")
	_, tail, _ := strings.Cut(document, "components:")
	return head + fmt.Sprintf(`paths:
  '%s':
    post:
      operationId: %s
      parameters: [%s]
      %s
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f, payload_format_version: '%s'}
components:`, template, operation, parameters, security, format) + tail
}

// TestFormat: without a payload_format_version it is 0.1.
func TestFormat(t *testing.T) {
	w := newWorld(t, changed(t, document, `, payload_format_version: "1.0"`, ""))
	w.send(t, "POST", "/open/a%3Ab?a=b%20c", "").want(t, "sent", 200, "done")
	if e := w.event(t); e["path"] != "/open/{whole}" || e["url"] != "/open/a%3Ab?a=b%20c" || e["version"] != nil {
		t.Errorf("got %v", e)
	}
}

// TestNames: members that no recorded request has need of.
func TestNames(t *testing.T) {
	w := newWorld(t, changed(t, document, "    post:\n      responses", `    post:
      parameters:
        - {name: q, in: query, schema: {type: string}}
        - {name: X-Declared, in: header, schema: {type: string}}
        - {name: crumb, in: cookie, schema: {type: string}}
      responses`))
	w.send(t, "POST", openPath+"?q=1&q=%32&other=3&empty", "", "x-declared", "a", "X-DECLARED", "b", "X-Other", "c",
		"Cookie", "crumb=d; more=e").
		want(t, "sent", 200, "done")
	e := w.event(t)
	for name, want := range map[string]any{
		"queryStringParameters":           object{"q": "2", "other": "3", "empty": ""},
		"multiValueQueryStringParameters": object{"q": []any{"1", "2"}, "other": []any{"3"}, "empty": []any{""}},
		"parameters":                      object{"whole": "anything", "q": "2", "X-Declared": "b", "crumb": "d"},
		"multiValueParameters": object{"whole": []any{"anything"}, "q": []any{"1", "2"},
			"X-Declared": []any{"a", "b"}, "crumb": []any{"d"}},
		"pathParameters": object{"whole": "anything"},
	} {
		if !reflect.DeepEqual(e[name], want) {
			t.Errorf("%s: got %v, want %v", name, e[name], want)
		}
	}
	if got := e["multiValueHeaders"].(object)["X-Declared"]; !reflect.DeepEqual(got, []any{"a", "b"}) ||
		e["headers"].(object)["X-Declared"] != "b" {
		t.Errorf("X-Declared is %v", got)
	}
	if got := e["requestContext"].(object)["authorizer"]; !reflect.DeepEqual(got, object{}) {
		t.Errorf("without an authorizer requestContext.authorizer is %v", got)
	}
}

// TestHeadersTaken: credentials and what is the connection's reach no function.
func TestHeadersTaken(t *testing.T) {
	taken := []string{"Authorization", "Cookie", "Te", "Trailer", "Upgrade", "Proxy-Authenticate", "Content-Md5",
		"Max-Forwards", "Server", "Www-Authenticate"}
	for _, keep := range []bool{false, true} {
		w := newWorld(t, document, func(o *gateway.Options) { o.KeepCredentials = keep })
		var headers []string
		for _, name := range taken {
			headers = append(headers, name, "secret")
		}
		w.send(t, "POST", openPath, "", append(headers, "X-Request-Id", "mine", "X-Forwarded-For", "198.51.100.1",
			"X-Kept", "1")...).want(t, "sent", 200, "done")
		e := w.event(t)
		for _, member := range []string{"headers", "multiValueHeaders"} {
			got := e[member].(object)
			for i, name := range taken {
				if _, ok := got[name]; ok != (keep && i < 2) {
					t.Errorf("credentials kept: %v: %s has %s: %v", keep, member, name, ok)
				}
			}
		}
		got := e["headers"].(object)
		if got["X-Kept"] != "1" || got["X-Forwarded-For"] != "198.51.100.1, 127.0.0.1" ||
			got["X-Request-Id"] == "mine" {
			t.Errorf("headers are %v", got)
		}
		if ip := e["requestContext"].(object)["identity"].(object)["sourceIp"]; ip != "127.0.0.1" {
			t.Errorf("the source is %v", ip)
		}
	}
}

// TestBody: base64 unless it is JSON by name, an empty one too.
func TestBody(t *testing.T) {
	for contentType, base64d := range map[string]bool{
		"application/json":                  false,
		"application/json; charset=utf-8":   false,
		"Application/JSON":                  false,
		"":                                  true,
		"text/plain":                        true,
		"text/json":                         true,
		"application/custom+json":           true,
		"application/x-www-form-urlencoded": true,
		"application/octet-stream":          true,
	} {
		for _, body := range []string{"", "{\"a\":\"<\u2028\x00\"}", "null"} {
			w := newWorld(t, document)
			var headers []string
			if contentType != "" {
				headers = []string{"Content-Type", contentType}
			}
			w.send(t, "POST", openPath, body, headers...).want(t, contentType, 200, "done")
			want := body
			if base64d {
				want = base64.StdEncoding.EncodeToString([]byte(body))
			}
			if e := w.event(t); e["body"] != want || e["isBase64Encoded"] != base64d {
				t.Errorf("%q of type %q: got %q, base64: %v", body, contentType, e["body"], e["isBase64Encoded"])
			}
		}
	}
	w := newWorld(t, document)
	w.send(t, "POST", openPath, "\xff\x00").want(t, "bytes", 200, "done")
	if e := w.event(t); e["body"] != "/wA=" {
		t.Errorf("the bytes ff 00 are %v", e["body"])
	}
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// like makes the request of which a recorded event tells.
func (w *world) like(t testing.TB, e object, path string) *http.Request {
	t.Helper()
	body, _ := e["body"].(string)
	if e["isBase64Encoded"] == true {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		body = string(decoded)
	}
	query := []string{}
	all, _ := e["multiValueQueryStringParameters"].(object)
	for name, values := range all {
		for _, value := range values.([]any) {
			query = append(query, name+"="+value.(string))
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	r := w.request(t, "POST", path, body)
	for name, value := range e["headers"].(object) {
		switch strings.ToLower(name) {
		case "host":
			r.Host = value.(string)
		case "x-forwarded-for": // the gateway's
		default:
			r.Header.Set(name, value.(string))
		}
	}
	return r
}

// differ compares an event with a recorded one. Other than there, the id is a
// new one and the caller on loopback.
func differ(t testing.TB, got, want object) {
	t.Helper()
	id := got["requestContext"].(object)["requestId"].(string)
	if !uuid.MatchString(id) {
		t.Errorf("the request id is %q", id)
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	replaced := strings.NewReplacer("203.0.113.7", "127.0.0.1", want["requestContext"].(object)["requestId"].(string),
		id).Replace(string(text))
	var there object
	if err := json.Unmarshal([]byte(replaced), &there); err != nil {
		t.Fatal(err)
	}
	compare(t, "", got, there)
}

func compare(t testing.TB, at string, got, want any) {
	t.Helper()
	g, object1 := got.(object)
	w, object2 := want.(object)
	if !object1 || !object2 {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
		return
	}
	names := slices.Sorted(maps.Keys(g))
	for name := range w {
		if !slices.Contains(names, name) {
			t.Errorf("%s.%s: is not there", at, name)
		}
	}
	for _, name := range names {
		if _, ok := w[name]; !ok {
			t.Errorf("%s.%s: there is none in what was recorded", at, name)
			continue
		}
		compare(t, at+"."+name, g[name], w[name])
	}
}
