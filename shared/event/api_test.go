package event_test

import (
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"rekey/shared/event"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/rest/resttest"
)

// TestAPI holds each way in to the conformance suite of the API: a request is
// put into the event that it would be there. (What differs from another only in
// the parameters of its path is TestPathParameters'.)
func TestAPI(t *testing.T) {
	for _, file := range recorded(t) {
		if e := mustRead(t, file); e.bare() || !strings.HasSuffix(file, "-encrypt.json") ||
			strings.Contains(file, "-action-") {
			continue
		}
		t.Run(strings.TrimSuffix(file, "-encrypt.json"), func(t *testing.T) {
			w, nobody := newWorld(t, identity.Platform), newWorld(t, identity.Mode(""))
			w.forbidden = []string{"off", "none"}
			w.add(t, "off", "v1", 3)
			resttest.Run(t, resttest.Target{
				Client: resttest.Direct(w.answer(t, file)), Nobody: resttest.Direct(nobody.answer(t, file)),
				First: first, Second: second, Forbidden: w.forbidden, OnlyKeys: direct(file),
				Rotate: func(t *testing.T, id string) { w.add(t, key.ID(id), "v2", 4) },
				Asked:  func() int { return int(w.ring.asked.Load()) },
			})
		})
	}
}

// answer has functions answer requests of HTTP by way of events like that of
// a file.
func (w *world) answer(t *testing.T, file string) nethttp.HandlerFunc {
	var count atomic.Int64
	return func(out nethttp.ResponseWriter, r *nethttp.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e, f := mustRead(t, file), function(event.All)
		e["requestContext"].(map[string]any)["requestId"] = fmt.Sprint("platform-", count.Add(1))
		if e.request(r, body); direct(file) {
			f = e.direct(r)
		}
		if f == nil {
			out.WriteHeader(nethttp.StatusNotFound)
			return
		}
		a := w.invoke(t, f, e.payload(t))
		for name, value := range a.headers {
			out.Header().Set(name, value)
		}
		out.WriteHeader(a.status)
		io.WriteString(out, a.body)
	}
}

// direct reports whether an event calls a function itself, by no path.
func direct(file string) bool { return strings.HasPrefix(file, "yandex-direct") }

// direct moves the key id to the query, and returns the function that is
// called; nil if the path is that of none.
func (o object) direct(r *nethttp.Request) function {
	id, name, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/kms/v1/keys/"), ":")
	all := append([]string{id}, r.URL.Query()["keyId"]...)
	o["url"], o["queryStringParameters"] = "", map[string]any{"keyId": all[len(all)-1]}
	o["multiValueQueryStringParameters"] = map[string]any{"keyId": all}
	for op, f := range functions {
		if op.String() == name {
			return f
		}
	}
	return nil
}

// request makes the event that of another request.
func (o object) request(r *nethttp.Request, body []byte) {
	if context := o["requestContext"].(map[string]any); o["httpMethod"] != nil {
		o["httpMethod"] = r.Method
	} else {
		context["http"].(map[string]any)["method"] = r.Method
	}
	member, query := "path", ""
	for _, m := range []string{"rawPath", "url"} {
		if o[m] != nil {
			member = m
		}
	}
	if member == "url" {
		query = "?" + r.URL.RawQuery
	}
	base, _, _ := strings.Cut(o[member].(string), "/kms/v1/keys/")
	o[member] = base + r.URL.EscapedPath() + query
	o.values("headers", "multiValueHeaders", r.Header)
	o.values("queryStringParameters", "multiValueQueryStringParameters", r.URL.Query())
	if o["isBase64Encoded"] = o["isBase64Encoded"] == true || !utf8.Valid(body); o["isBase64Encoded"] == true {
		body = []byte(b64(string(body)))
	}
	o["body"] = string(body)
}

// values sets headers or a query, as one value a name and as several; in an
// event that has no member for several values they are joined.
func (o object) values(one, several string, values map[string][]string) {
	_, has := o[several]
	last, all := map[string]any{}, map[string]any{}
	for name, v := range values {
		all[name], last[name] = v, v[len(v)-1]
		if !has {
			last[name] = strings.Join(v, ",")
		}
	}
	if o[one] = last; has {
		o[several] = all
	}
}
