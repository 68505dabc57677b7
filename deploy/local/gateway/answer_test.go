package gateway_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"rekey/deploy/local/platform"
)

const (
	gatewayMost  = 5 << 19 // 2.5 MB
	functionMost = 7 << 19 // 3.5 MB
	lambdaMost   = 6 << 20 // 6 MB
)

// TestAnswer: status, headers and body of a function reach the caller.
func TestAnswer(t *testing.T) {
	w := newGateway(t, document)
	for answer, want := range map[string]struct {
		status       int
		header, sent string
		body         string
	}{
		`{"statusCode":200}`: {200, "X-Any", "", ""},
		`{"statusCode":404,"headers":{"x-request-id":"mine"},"body":"{}","isBase64Encoded":false}`: {404,
			"X-Request-Id",
			"mine", "{}"},
		`{"statusCode":201,"body":"/wA=","isBase64Encoded":true}`:       {201, "X-Any", "", "\xff\x00"},
		`{"statusCode":200,"headers":{"server":"mine"}}`:                {200, "X-Yf-Remapped-Server", "mine", ""},
		`{"statusCode":200,"headers":{"Authorization":"x"}}`:            {200, "Authorization", "", ""},
		`{"statusCode":503,"other":[],"headers":null,"body":null}`:      {503, "X-Any", "", ""},
		`{"statusCode":200,"multiValueHeaders":{"X-Any":["balancer"]}}`: {200, "X-Any", "", ""},
	} {
		w.answer = answer
		r := w.send(t, "POST", openPath, "")
		if r.StatusCode != want.status || r.body != want.body || r.Header.Get(want.header) != want.sent {
			t.Errorf("%s: got %d %q, %v", answer, r.StatusCode, r.body, r.Header)
		}
	}
}

// TestMalformed: answers that no platform of Yandex understands.
func TestMalformed(t *testing.T) {
	behind, direct := newGateway(t, document), newDirect(t)
	for _, answer := range []string{`no JSON`, `null`, `[]`, `"done"`, `{}`, `{"body":"x"}`, `{"statusCode":"200"}`,
		`{"statusCode":101}`, `{"statusCode":1000}`, `{"statusCode":200}{}`, `{"statusCode":200,"body":{"a":1}}`,
		`{"statusCode":200,"body":"!","isBase64Encoded":true}`, `{"statusCode":200,"headers":{"A":["1"]}}`,
		`{"statusCode":401,"headers":{"WWW-Authenticate":"Bearer"}}`,
		`{"statusCode":200,"headers":{"transfer-encoding":"chunked"}}`} {
		behind.answer, direct.answer = answer, answer
		behind.send(t, "POST", openPath, "").want(t, answer, 502, `{"message":"Malformed serverless function `+
			`response"}`)
		r := direct.send(t, "POST", "/f", "", "Authorization", invoker)
		if r.want(t, answer, 502, ""); r.Header.Get("X-Function-Error") != "true" {
			t.Errorf("%s: no X-Function-Error", answer)
		}
	}
}

// TestErrors: a function that gives no answer; what it says instead is the
// operator's.
func TestErrors(t *testing.T) {
	behind, direct, url := newGateway(t, document), newDirect(t), newURL(t)
	for want, err := range map[int]error{429: platform.ErrBusy, 504: platform.ErrTimeout, 502: errors.New("secret")} {
		behind.err, direct.err, url.err = err, err, err
		text := http.StatusText(want)
		behind.send(t, "POST", openPath, "").want(t, "gateway", want, `{"message":"`+text+`"}`)
		if !strings.Contains(behind.log.String(), err.Error()) {
			t.Errorf("the log lacks %q: %s", err, &behind.log)
		}
		do(t, signed(t, url.request(t, "POST", "/", ""))).want(t, "function URL", want, `{"Message":"`+text+`"}`)
		for _, path := range []string{"/f", "/f?integration=raw"} {
			r := direct.send(t, "POST", path, "", "Authorization", invoker)
			r.want(t, path, want, "")
			if blamed := r.Header.Get("X-Function-Error") == "true"; blamed != (want != 429) ||
				!strings.Contains(r.body, text) {
				t.Errorf("%v: got %v %s", err, r.Header, r.body)
			}
		}
	}
}

// TestSizes: requests and answers at the limit and a byte above it.
func TestSizes(t *testing.T) {
	for most, path := range map[int]string{gatewayMost: openPath, functionMost: "/f?integration=raw"} {
		w := newGateway(t, document)
		if most == functionMost {
			w = newDirect(t)
		}
		large, headers := strings.Repeat("x", most), []string{"Authorization", invoker, "Content-Type",
			"application/json"}
		w.send(t, "POST", path, large, headers...).want(t, "the largest request", 200, "")
		calls := len(w.events)
		w.send(t, "POST", path, large+"x", headers...).want(t, "one more", 413, "")
		if len(w.events) > calls {
			t.Error("the function was called")
		}
		for more, status := range map[int]int{0: 200, 1: 502} {
			if w.answer = large + strings.Repeat("x", more); most == gatewayMost {
				text, err := json.Marshal(object{"statusCode": 200, "body": w.answer})
				if err != nil {
					t.Fatal(err)
				}
				w.answer = string(text)
			}
			w.send(t, "POST", path, "", headers...).want(t, "an answer", status, "")
		}
	}
	direct := newDirect(t)
	direct.answer = `{"statusCode":200,"body":"` + strings.Repeat("x", functionMost) + `"}`
	direct.send(t, "POST", "/f", "", "Authorization", invoker).want(t, "an answer too large by its names", 502, "")
}
