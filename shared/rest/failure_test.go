package rest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
)

// TestInternal shows a request id and nothing else; the log has the rest.
func TestInternal(t *testing.T) {
	for name, err := range map[string]error{
		"a plain error": errors.New("disk on fire"),
		"a message":     api.Errorf(api.Internal, "disk on fire"),
		"a cause":       api.Errorf(api.Internal, "broken").Because(errors.New("disk on fire")),
		"both and a wrapper": fmt.Errorf("sealing: %w", api.Errorf(api.Internal,
			"disk on fire").Because(errors.New("no space"))),
	} {
		w, a := failing(t, err)
		want := `{"code":13,"message":"internal ` +
			`error","details":[{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"r1"}]}`
		if a.Status != 500 || string(a.Body) != want {
			t.Errorf("%s: got %d %s\nwant %s", name, a.Status, a.Body, want)
		}
		w.wantLog(t, name, "r1", "disk on fire")
	}
}

// wantLog checks that the log has one line about a request, with a word in it.
func (w *world) wantLog(t testing.TB, name, id, word string) {
	t.Helper()
	var line struct{ Level, RequestID string }
	if err := json.Unmarshal(w.log.Bytes(), &line); err != nil {
		t.Errorf("%s: the log %q is not one line of JSON: %v", name, w.log.String(), err)
		return
	}
	if line.Level != "ERROR" || line.RequestID != id || !strings.Contains(w.log.String(), word) {
		t.Errorf("%s: the log has no ERROR of %s with %q: %s", name, id, word, w.log.String())
	}
}

// TestLogged: which faults an operator is told of. A caller's fault is none.
func TestLogged(t *testing.T) {
	logged := map[api.Code]bool{
		api.Internal: true, api.Unknown: true, api.DataLoss: true,
		api.Unavailable: true, api.DeadlineExceeded: true, // RESOURCE_EXHAUSTED is a flood, and would be one of lines
	}
	for code := api.Canceled; code <= api.Unauthenticated; code++ {
		w, _ := failing(t, api.Errorf(code, "shown").Because(errors.New("the cause")))
		if logged[code] {
			w.wantLog(t, code.String(), "r1", "the cause")
		} else if w.log.Len() > 0 {
			t.Errorf("%v: logged %s", code, w.log.String())
		}
	}
}

// TestPanic becomes INTERNAL; its value, which may hold anything, goes
// nowhere, its stack into the log.
func TestPanic(t *testing.T) {
	for name, p := range map[string]any{"an error": errors.New("SECRET"), "a string": "SECRET",
		"bytes": []byte("SECRET")} {
		w := newWorld(t)
		w.ring.panics[ask{"one", ""}] = p
		for action, body := range map[string]string{"one:encrypt": `{"plaintext":"eA=="}`,
			"one:generateDataKey": `{"dataKeySpec":1}`} {
			w.log.Reset()
			a := w.post(t, action, body)
			a.wantError(t, name, 500, api.Internal, "internal error")
			w.wantLog(t, name, a.RequestID, "ring")
			if strings.Contains(w.log.String()+string(a.Body), "SECRET") {
				t.Errorf("%s: the value of the panic is shown", name)
			}
		}
		w.post(t, "two:encrypt", `{"plaintext":"eA=="}`).wantOK(t, "after "+name, "ciphertext")
	}
}
