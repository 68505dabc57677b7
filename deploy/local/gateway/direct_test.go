package gateway_test

import (
	"os"
	"strings"
	"testing"
)

// TestDirectRaw: the event is the body, the answer the answer.
func TestDirectRaw(t *testing.T) {
	w := newDirect(t)
	for _, file := range []string{"yandex-raw-encrypt.json", "yandex-raw-datakey.json"} {
		body, err := os.ReadFile(folder + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w.answer = range []string{`{"keyId":"a"}`, `"any JSON"`, `{"statusCode":500,"body":"x"}`} {
			w.send(t, "POST", "/f?integration=raw", string(body), "Authorization", invoker).want(t, file, 200, w.answer)
			if got := string(w.events[len(w.events)-1]); got != string(body) {
				t.Errorf("%s: the event is %s", file, got)
			}
		}
	}
}

// TestDirectCallers: only an invoker calls a function.
func TestDirectCallers(t *testing.T) {
	w := newDirect(t)
	for header, want := range map[string]int{invoker: 200, "": 403, "Bearer ": 403, "Basic dDE=": 403,
		"bearer t1.invoker": 403, "Bearer t1.nobody": 403} {
		for _, path := range []string{"/f", "/f?integration=raw"} {
			calls := len(w.events)
			r := w.send(t, "POST", path, "{}", "Authorization", header)
			r.want(t, header, want, "")
			if called := len(w.events) > calls; called != (want == 200) {
				t.Errorf("%s: the function was called: %v", header, called)
			}
			if want != 200 && !strings.Contains(r.body, `"errorType":"ClientError"`) {
				t.Errorf("%s: got %s", header, r.body)
			}
		}
	}
	if strings.Contains(w.log.String(), "t1.") {
		t.Errorf("the log has a token: %s", &w.log)
	}
}

// TestDirectPaths: the whole path is the id, and the method is any.
func TestDirectPaths(t *testing.T) {
	w := newDirect(t)
	for path, want := range map[string]int{"/g": 404, "/": 404, "/f/": 400} {
		w.send(t, "POST", path, "", "Authorization", invoker).want(t, path, want, "")
	}
	w.send(t, "POST", "/f/x", "", "Authorization", invoker).want(t, "a path", 400,
		`{"errorCode":400,"errorMessage":"Invalid functionID: /f/x","errorType":"ProxyIntegrationError"}`)
	w.send(t, "PUT", "/f", "", "Authorization", invoker).want(t, "PUT", 200, "done")
	if e := w.event(t); e["httpMethod"] != "PUT" {
		t.Errorf("got %v", e["httpMethod"])
	}
}
