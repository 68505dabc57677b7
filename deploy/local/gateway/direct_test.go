package gateway_test

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"rekey/deploy/local/gateway"
)

const bearer = "Bearer t1.invoker"

// newDirect serves direct calls of the function f.
func newDirect(t testing.TB, change ...func(*gateway.Options)) *world {
	t.Helper()
	w := bare(t)
	o := w.options()
	for _, c := range change {
		c(&o)
	}
	w.serve(t, gateway.Direct(o, func(token string) *gateway.Caller {
		return map[string]*gateway.Caller{"t1.invoker": {Subject: "ajeinvoker", Invoker: true},
			"t1.viewer": {Subject: "ajeviewer"}}[token]
	}))
	return w
}

// TestDirectEvent: a direct call makes the event that was recorded.
func TestDirectEvent(t *testing.T) {
	want := recorded(t, "yandex-direct-encrypt.json")
	w := newDirect(t, func(o *gateway.Options) { o.KeepCredentials = true })
	r := w.like(t, want, "/f")
	r.Header.Set("Authorization", bearer)
	r.Header.Set("Cookie", "a=b")
	do(t, r).want(t, "direct", 200, "done")
	differ(t, w.event(t), want)
}

// TestDirectRaw: the event is the body, the answer the answer.
func TestDirectRaw(t *testing.T) {
	w := newDirect(t)
	for _, file := range []string{"yandex-raw-encrypt.json", "yandex-raw-datakey.json"} {
		body, err := os.ReadFile("../../../tests/testdata/events/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w.f.answer = range []string{`{"keyId":"a"}`, `"any JSON"`, `{"statusCode":500,"body":"x"}`} {
			w.send(t, "POST", "/f?integration=raw", string(body), "Authorization", bearer).want(t, file, 200,
				w.f.answer)
			if got := string(w.f.events[len(w.f.events)-1]); got != string(body) {
				t.Errorf("%s: the event is %s", file, got)
			}
		}
	}
	w.send(t, "POST", "/f?integration=async", "{}", "Authorization", bearer).want(t, "another integration", 400, "")
}

// TestDirectCallers: nobody but an invoker calls a function.
func TestDirectCallers(t *testing.T) {
	w := newDirect(t)
	for header, want := range map[string]int{bearer: 200, "": 403, "Bearer ": 403, "Basic dDE=": 403,
		"bearer t1.invoker": 403, "Bearer t1.nobody": 401, "Bearer t1.viewer": 403} {
		for _, path := range []string{"/f", "/f?integration=raw"} {
			calls := w.f.calls()
			r := w.send(t, "POST", path, "{}", "Authorization", header)
			r.want(t, header, want, "")
			if called := w.f.calls() > calls; called != (want == 200) {
				t.Errorf("%s: the function was called: %v", header, called)
			}
			if want != 200 && !strings.Contains(r.body, `"errorType":"ClientError"`) {
				t.Errorf("%s: got %s", header, r.body)
			}
		}
	}
	if strings.Contains(w.log.String(), "t1.") {
		t.Errorf("the log has a token: %s", w.log)
	}
}

// TestDirectPaths: the whole path is the id.
func TestDirectPaths(t *testing.T) {
	w := newDirect(t)
	for path, want := range map[string]int{"/f?tag=%24latest": 200, "/g": 404, "/": 404, "/f?tag=stable": 404,
		"/f/kms/v1/keys/a:encrypt": 400, "/f/": 400} {
		w.send(t, "POST", path, "", "Authorization", bearer).want(t, path, want, "")
	}
	w.send(t, "POST", "/f/x", "", "Authorization", bearer).want(t, "a path", 400,
		`{"errorCode":400,"errorMessage":"Invalid functionID: /f/x","errorType":"ProxyIntegrationError"}`)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		w.send(t, method, "/f", "", "Authorization", bearer).want(t, method, 200, "done")
		if e := w.event(t); e["httpMethod"] != method {
			t.Errorf("%s: got %v", method, e["httpMethod"])
		}
	}
}

// TestDirectErrors: what the function is to blame for has a header.
func TestDirectErrors(t *testing.T) {
	w := newDirect(t, statuses)
	for _, path := range []string{"/f", "/f?integration=raw"} {
		for want, err := range map[int]error{429: errBusy, 504: errTimeout, 502: errors.New("secret")} {
			w.f.err = err
			r := w.send(t, "POST", path, "", "Authorization", bearer)
			r.want(t, path, want, "")
			if blamed := r.Header.Get("X-Function-Error") == "true"; blamed != (want != 429) ||
				strings.Contains(r.body, "secret") || !strings.Contains(r.body, http.StatusText(want)) {
				t.Errorf("%v: got %v %s", err, r.Header, r.body)
			}
		}
	}
	w.f.err = nil
	for _, w.f.answer = range malformed {
		r := w.send(t, "POST", "/f", "", "Authorization", bearer)
		r.want(t, w.f.answer, 502, "")
		if r.Header.Get("X-Function-Error") != "true" {
			t.Errorf("%s: no X-Function-Error", w.f.answer)
		}
	}
}

func TestDirectSizes(t *testing.T) {
	w := newDirect(t)
	large := strings.Repeat("x", functionMost)
	w.send(t, "POST", "/f?integration=raw", large, "Authorization", bearer).want(t, "the largest request", 200, "")
	w.send(t, "POST", "/f?integration=raw", large+"x", "Authorization", bearer).want(t, "one more", 413, "")
	w.f.answer = large
	w.send(t, "POST", "/f?integration=raw", "", "Authorization", bearer).want(t, "the largest answer", 200, "")
	w.f.answer = large + "x"
	w.send(t, "POST", "/f?integration=raw", "", "Authorization", bearer).want(t, "one more", 502, "")
	w.f.answer = mustAnswer(t, large)
	w.send(t, "POST", "/f", "", "Authorization", bearer).want(t, "an answer that is larger by its names", 502, "")
}
