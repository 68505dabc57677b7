package event_test

import (
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
)

// TestRecorded answers every recorded event in a variant for every operation,
// by the operation's function and by the one for all.
func TestRecorded(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			name := file + " as " + op.String()
			e := mustRead(t, file).as(t, w, op)
			a := w.invoke(t, functions[op], e.payload(t))
			w.wantSuccess(t, name, op, a)
			a.wantShape(t, name, e)

			a = w.invoke(t, event.All, e.payload(t))
			if e.bare() || strings.HasPrefix(file, "yandex-direct") {
				a.wantError(t, name+", all", 404, api.NotFound, "the request has no path")
			} else {
				w.wantSuccess(t, name+", all", op, a)
			}
			a.wantShape(t, name+", all", e)
		}
	}
}

// TestRecordedAsTheyAre: the events that were not rewritten, each with the
// function that its name ends with.
func TestRecordedAsTheyAre(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for _, file := range recorded(t) {
		payload := mustRead(t, file).payload(t)
		switch {
		case strings.HasSuffix(file, "-encrypt.json"):
			w.wantSuccess(t, file, api.Encrypt, w.invoke(t, event.Encrypt, payload))
		case strings.HasSuffix(file, "-datakey.json"):
			w.wantSuccess(t, file, api.GenerateDataKey, w.invoke(t, event.GenerateDataKey, payload))
		case strings.HasSuffix(file, "-decrypt.json"):
			w.wantSuccess(t, file, api.Decrypt, w.invoke(t, event.Decrypt, payload))
		case strings.HasSuffix(file, "-reencrypt.json"):
			w.wantSuccess(t, file, api.ReEncrypt, w.invoke(t, event.ReEncrypt, payload))
		default:
			t.Errorf("%s: its name ends with no function", file)
		}
	}
}

// wantShape checks that the answer has the shape that the event's sender
// expects: HTTP's envelope, or the bare object.
func (a answer) wantShape(t testing.TB, name string, e object) {
	t.Helper()
	if a.http == e.bare() {
		t.Errorf("%s: HTTP's envelope: %v, bare event: %v: %s", name, a.http, e.bare(), a.raw)
	}
	if !a.http {
		return
	}
	if a.headers["Content-Type"] != "application/json" ||
		a.headers["X-Request-Id"] != requestID || len(a.headers) != 2 {
		t.Errorf("%s: headers are %v", name, a.headers)
	}
}

// TestOtherOperation: the path of another operation is not found, whatever
// else says otherwise.
func TestOtherOperation(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			e := mustRead(t, file).as(t, w, op)
			if e.bare() || strings.HasPrefix(file, "yandex-direct") {
				continue
			}
			for _, only := range api.Operations {
				if only != op {
					w.invoke(t, functions[only], e.payload(t)).
						wantError(t, fmt.Sprint(file, " as ", op, " to ", only), 404, api.NotFound, "no such path here")
				}
			}
		}
	}
	if w.ring.asked.Load() > 0 {
		t.Errorf("the store was asked %d times", w.ring.asked.Load())
	}
}

// TestRefused: a trigger and a warmer get a clear answer, nothing is done.
func TestRefused(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for name, payload := range map[string]string{
		"a timer":     string(mustRead(t, "refuse-yandex-trigger.json").payload(t)),
		"a warmer":    string(mustRead(t, "refuse-aws-warmer.json").payload(t)),
		"a queue":     `{"Records":[{"messageId":"1","body":"{}","eventSource":"aws:sqs"}]}`,
		"with fields": `{"keyId":"` + first + `","plaintext":"eA==","messages":[]}`,
	} {
		for op, f := range functions {
			a := w.invoke(t, f, []byte(payload))
			a.wantError(t, fmt.Sprint(name, " to ", op), 0, api.InvalidArgument, "the event is not a request")
			if a.http || !strings.HasSuffix(a.text("message"), "nothing was done") {
				t.Errorf("%s: got %s", name, a.raw)
			}
		}
		w.invoke(t, event.All, []byte(payload)).wantError(t, name+" to all", 0, api.InvalidArgument,
			"the event is not a request")
	}
	if w.ring.asked.Load() > 0 || len(w.who) > 0 {
		t.Errorf("the store was asked %d times, permission %d times", w.ring.asked.Load(), len(w.who))
	}
	for name, payload := range map[string]string{
		"null": "null", "a string": `"x"`, "a number": "1", "an array": "[]", "nothing": "{}",
		"a plugin's warmer": `{"source":"serverless-plugin-warmup"}`,
	} {
		a := w.invoke(t, event.Encrypt, []byte(payload))
		a.wantError(t, name, 0, api.InvalidArgument, "")
		if a.http {
			t.Errorf("%s: got HTTP's envelope %s", name, a.raw)
		}
	}
}
