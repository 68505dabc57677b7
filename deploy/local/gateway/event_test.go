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
	"strings"
	"testing"
	"time"
)

const folder = "../../../tests/testdata/events/"

// recorded reads an event that functions are tested with.
func recorded(t testing.TB, file string) (e object) {
	t.Helper()
	text, err := os.ReadFile(folder + file)
	if err == nil {
		err = json.Unmarshal(text, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestEvents: requests like those that the recorded events tell of make the
// same events, member by member.
func TestEvents(t *testing.T) {
	files, err := filepath.Glob(folder + "yandex-gateway-*.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d recorded events, %v", len(files), err)
	}
	for _, file := range files {
		file = filepath.Base(file)
		want := recorded(t, file)
		path, security := literal(want), closedBy(want)
		w := newGateway(t, documentOf(want, path, security))
		r := w.like(t, want, path)
		if security != "" {
			r.Header.Set("Authorization", "Bearer "+w.issuer.token(t, object{"scope": "kms", "exp": future}))
		}
		do(t, r).want(t, file, 200, "done")
		differ(t, file, w.event(t), want)
	}
}

// TestDirectEvent: a direct call makes the event that was recorded.
func TestDirectEvent(t *testing.T) {
	w, want := newDirect(t), recorded(t, "yandex-direct-encrypt.json")
	r := w.like(t, want, "/f")
	r.Header.Set("Authorization", invoker)
	do(t, r).want(t, "direct", 200, "done")
	differ(t, "direct", w.event(t), want)
}

// TestURLEvent: a call of a function URL makes the event that was recorded, but
// for what has no value there.
func TestURLEvent(t *testing.T) {
	w, want := newURL(t), recorded(t, "aws-function-url-encrypt.json")
	do(t, signed(t, w.like(t, want, want["rawPath"].(string)))).want(t, "url", 200, "done")
	got := w.event(t)
	delete(got["headers"].(object), "x-amz-date")
	for _, e := range []object{got, want} {
		context := e["requestContext"].(object)
		delete(context, "authentication")
		delete(context["authorizer"].(object)["iam"].(object), "cognitoIdentity")
		delete(context["authorizer"].(object)["iam"].(object), "principalOrgId")
	}
	differ(t, "url", got, want)
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

const future = 4102444800 // seconds: a day in 2100

// closedBy is the security of the event's operation. Of authorizers that are
// functions, which are not done here, the event loses its trace.
func closedBy(e object) string {
	context := e["requestContext"].(object)
	jwt, ok := context["authorizer"].(object)["jwt"].(object)
	if !ok {
		context["authorizer"] = object{}
		return ""
	}
	claims := jwt["claims"].(object)
	claims["scope"], claims["exp"] = "kms", float64(future)
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
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f, service_account_id: aje,
        payload_format_version: '%s'}
components:`, template, operation, parameters, security, format) + tail
}

// TestHeaders: credentials and what is the connection's reach no function.
func TestHeaders(t *testing.T) {
	taken := []string{"Authorization", "Cookie", "Te", "Trailer", "Upgrade", "Proxy-Authenticate", "Content-Md5",
		"Max-Forwards", "Server", "Www-Authenticate"}
	headers := []string{"X-Request-Id", "mine", "X-Forwarded-For", "198.51.100.1", "X-Kept", "1", "x-kept", "2"}
	for _, name := range taken {
		headers = append(headers, name, "secret=1")
	}
	behind, url := newGateway(t, document), newURL(t)
	behind.send(t, "POST", openPath, "", headers...).want(t, "sent", 200, "done")
	e := behind.event(t)
	for _, member := range []string{"headers", "multiValueHeaders"} {
		for _, name := range taken {
			if _, ok := e[member].(object)[name]; ok {
				t.Errorf("%s has %s", member, name)
			}
		}
	}
	got := e["headers"].(object)
	if got["X-Kept"] != "2" || !reflect.DeepEqual(e["multiValueHeaders"].(object)["X-Kept"], []any{"1", "2"}) ||
		got["X-Forwarded-For"] != "198.51.100.1, 127.0.0.1" || got["X-Request-Id"] == "mine" {
		t.Errorf("headers are %v", got)
	}
	do(t, signed(t, url.request(t, "POST", "/", "", "Cookie", "a=b", "X-Kept", "1", "X-Kept", "2"))).want(t, "url", 200,
		"done")
	got = url.event(t)["headers"].(object)
	if got["authorization"] != nil || got["cookie"] != nil || got["x-kept"] != "1,2" {
		t.Errorf("headers of the URL's event are %v", got)
	}
}

// TestBody: base64 unless it is JSON by name; an empty one too on Yandex, and
// no text on AWS.
func TestBody(t *testing.T) {
	behind, url := newGateway(t, document), newURL(t)
	for contentType, encoded := range map[string][2]bool{
		"application/json":                {false, false},
		"Application/JSON; charset=utf-8": {false, false},
		"":                                {true, true},
		"text/plain":                      {true, false},
		"application/custom+json":         {true, true},
		"application/octet-stream":        {true, true},
	} {
		for _, body := range []string{"", "{\"a\":\"<\u2028\x00б\"}"} {
			behind.send(t, "POST", openPath, body, "Content-Type", contentType).want(t, contentType, 200, "done")
			do(t, signed(t, url.request(t, "POST", "/", body, "Content-Type", contentType))).want(t, contentType, 200,
				"done")
			for i, e := range []object{behind.event(t), url.event(t)} {
				base64d, want := encoded[i] && (i == 0 || body != ""), body
				if base64d {
					want = base64.StdEncoding.EncodeToString([]byte(body))
				}
				if got, _ := e["body"].(string); got != want || e["isBase64Encoded"] != base64d {
					t.Errorf("%q of type %q: got %q, base64: %v", body, contentType, got, e["isBase64Encoded"])
				}
			}
		}
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
	var query []string
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

// differ compares an event with a recorded one. Other than there, the id and
// the time are new ones, the caller is on loopback, and a length is sent.
func differ(t testing.TB, what string, got, want object) {
	t.Helper()
	context := got["requestContext"].(object)
	id := context["requestId"].(string)
	if !uuid.MatchString(id) {
		t.Errorf("%s: the request id is %q", what, id)
	}
	for name, value := range want["requestContext"].(object) {
		if !strings.Contains(strings.ToLower(name), "time") {
			continue
		}
		text, ok := context[name].(string)
		if _, err := time.Parse("02/Jan/2006:15:04:05 -0700", text); ok && err != nil || context[name] == nil {
			t.Errorf("%s: %s is %v", what, name, context[name])
		}
		context[name] = value
	}
	for _, member := range []string{"headers", "multiValueHeaders"} {
		if headers, ok := got[member].(object); ok {
			maps.DeleteFunc(headers, func(name string, _ any) bool { return strings.EqualFold(name, "content-length") })
		}
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
	compare(t, what, got, there)
}

func compare(t testing.TB, at string, got, want any) {
	t.Helper()
	g, isObject := got.(object)
	w, wantObject := want.(object)
	if !isObject || !wantObject {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
		return
	}
	for name := range w {
		if _, ok := g[name]; !ok {
			t.Errorf("%s.%s: is not there", at, name)
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s.%s: there is none in what was recorded", at, name)
			continue
		}
		compare(t, at+"."+name, g[name], w[name])
	}
}
