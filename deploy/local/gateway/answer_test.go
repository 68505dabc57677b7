package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/gateway"
)

const (
	gatewayMost  = 5 << 19 // 2.5 MB
	functionMost = 7 << 19 // 3.5 MB
	lambdaMost   = 6 << 20 // 6 MB
)

// TestAnswer: status, headers and body of a function reach the caller.
func TestAnswer(t *testing.T) {
	for answer, want := range map[string]struct {
		status  int
		headers map[string][]string
		body    string
	}{
		`{"statusCode":200}`: {200, nil, ""},
		`{"statusCode":404,"headers":{"content-type":"application/json","X-Request-Id":"mine"},"body":"{}","isBase64Encoded":false}`: {404, map[string][]string{"Content-Type": {"application/json"}, "X-Request-Id": {"mine"}}, "{}"},
		`{"statusCode":201,"body":"/wA=","isBase64Encoded":true}`:                                                                    {201, nil, "\xff\x00"},
		`{"statusCode":200,"multiValueHeaders":{"X-A":["1","2"]},"headers":{"x-a":"3","X-B":"4"}}`:                                   {200, map[string][]string{"X-A": {"1", "2"}, "X-B": {"4"}}, ""},
		`{"statusCode":200,"headers":{"Date":"today","server":"mine","Content-MD5":"x"}}`:                                            {200, map[string][]string{"X-Yf-Remapped-Date": {"today"}, "X-Yf-Remapped-Server": {"mine"}, "X-Yf-Remapped-Content-Md5": {"x"}}, ""},
		`{"statusCode":200,"headers":{"Authorization":"x","Cookie":"x","Host":"x","User-Agent":"x","Max-Forwards":"1"}}`:             {200, map[string][]string{"Authorization": nil, "Cookie": nil, "Host": nil, "User-Agent": nil, "Max-Forwards": nil}, ""},
		`{"statusCode":503,"other":[],"headers":null,"body":null}`:                                                                   {503, nil, ""},
	} {
		w := newWorld(t, document)
		w.f.answer = answer
		r := w.send(t, "POST", openPath, "")
		if r.StatusCode != want.status || r.body != want.body {
			t.Errorf("%s: got %d %q", answer, r.StatusCode, r.body)
		}
		for name, values := range want.headers {
			if got := r.Header.Values(name); len(got)+len(values) > 0 && !reflect.DeepEqual(got, values) {
				t.Errorf("%s: %s is %q, want %q", answer, name, got, values)
			}
		}
	}
}

// malformed are answers that no platform of Yandex understands.
var malformed = []string{`no JSON`, `null`, `[]`, `"done"`, `{}`, `{"body":"x"}`, `{"statusCode":"200"}`,
	`{"statusCode":0}`, `{"statusCode":101}`,
	`{"statusCode":1000}`, `{"statusCode":200}{}`, `{"statusCode":200,"body":{"a":1}}`,
	`{"statusCode":200,"body":"!","isBase64Encoded":true}`,
	`{"statusCode":200,"headers":{"A":1}}`, `{"statusCode":200,"headers":{"A":["1"]}}`,
	`{"statusCode":200,"multiValueHeaders":{"A":"1"}}`,
	`{"statusCode":200,"headers":{"via":"x"}}`,
	`{"statusCode":401,"multiValueHeaders":{"WWW-Authenticate":["Bearer"]}}`,
	`{"statusCode":200,"headers":{"Transfer-Encoding":"chunked"}}`}

func TestMalformed(t *testing.T) {
	w := newWorld(t, document)
	for _, w.f.answer = range malformed {
		w.send(t, "POST", openPath, "").want(t, w.f.answer, 502, `{"message":"Malformed serverless function response"}`)
	}
}

// statuses is how a stage tells what its functions' errors are.
var errBusy, errTimeout = errors.New("busy"), errors.New("too long")

func statuses(o *gateway.Options) { o.Status = statusOf }

func statusOf(err error) int {
	switch {
	case errors.Is(err, errBusy):
		return http.StatusTooManyRequests
	case errors.Is(err, errTimeout):
		return http.StatusGatewayTimeout
	}
	return 0
}

// TestErrors: a function that gives no answer; what it says instead is the
// operator's.
func TestErrors(t *testing.T) {
	w := newWorld(t, document, statuses)
	for want, err := range map[int]error{429: errBusy, 504: errTimeout, 502: errors.New("secret panic")} {
		w.f.err = err
		r := w.send(t, "POST", openPath, "")
		r.want(t, err.Error(), want, `{"message":"`+http.StatusText(want)+`"}`)
		if strings.Contains(r.body, "secret") || r.Header.Get("X-Request-Id") == "" {
			t.Errorf("got %v %s", r.Header, r.body)
		}
		if !strings.Contains(w.log.String(), err.Error()) {
			t.Errorf("the log lacks %q: %s", err, w.log)
		}
	}
	w = newWorld(t, document)
	w.f.err = errBusy
	w.send(t, "POST", openPath, "").want(t, "nobody says which status", 502, `{"message":"Bad Gateway"}`)
}

// TestPatience: a call has five minutes, and ends when nobody waits for it.
func TestPatience(t *testing.T) {
	w := newWorld(t, document)
	begun, ended := make(chan time.Duration), make(chan error)
	w.f.during = func(ctx context.Context) {
		deadline, _ := ctx.Deadline()
		begun <- time.Until(deadline)
		<-ctx.Done()
		ended <- ctx.Err()
	}
	ctx, leave := context.WithCancel(context.Background())
	go client.Do(w.request(t, "POST", openPath, "").WithContext(ctx))
	if left := <-begun; left <= 0 || left > 5*time.Minute {
		t.Errorf("the call has %v", left)
	}
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
}

// TestPatienceOver: a call that has ended for its time is 504, whatever it
// says itself.
func TestPatienceOver(t *testing.T) {
	w := bare(t)
	w.f.err = errBusy
	h, err := gateway.New([]byte(strings.ReplaceAll(document, "ISSUER", w.issuer.url)), w.options())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithDeadline(context.Background(), start.AddDate(-20, 0, 0))
	defer cancel()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest("POST", openPath, nil).WithContext(ctx))
	if recorder.Code != http.StatusGatewayTimeout {
		t.Errorf("got %d %s", recorder.Code, recorder.Body)
	}
}

// TestSizes: requests and answers at the limit and a byte above it.
func TestSizes(t *testing.T) {
	w := newWorld(t, document)
	large := strings.Repeat("x", gatewayMost)
	w.send(t, "POST", openPath, large, "Content-Type", "application/json").want(t, "the largest request", 200, "done")
	if body := w.event(t)["body"]; body != large {
		t.Errorf("%d bytes arrived", len(body.(string)))
	}
	calls := w.f.calls()
	w.send(t, "POST", openPath, large+"x").want(t, "one more", 413, `{"message":"Request Entity Too Large"}`)
	if w.f.calls() > calls {
		t.Error("the function was called")
	}
	for more, status := range map[int]int{0: 200, 1: 502} {
		w.f.answer = mustAnswer(t, large+strings.Repeat("x", more))
		w.send(t, "POST", openPath, "").want(t, "an answer", status, "")
	}
}

// mustAnswer is an answer with a body.
func mustAnswer(t testing.TB, body string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"statusCode": 200, "body": body})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
