package event_test

import (
	"context"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
)

// TestRequestLog: each event has one line, with its request id, also one that
// is not a request. A stranger's is not looked into.
func TestRequestLog(t *testing.T) {
	junk := mustRead(t, "yandex-gateway-1.0-encrypt.json")
	junk["body"] = 7
	for name, row := range map[string]struct {
		payload []byte
		line    string // for whom the platform lets in
	}{
		"a request": {mustRead(t, "yandex-gateway-1.0-encrypt.json").payload(t),
			`"operation":"encrypt","key":"` + first + `","version":"v1","code":"OK","status":200,`},
		"a request of AWS": {mustRead(t, "aws-http-v2-encrypt.json").payload(t), `"operation":"encrypt","key":"` +
			first + `","version":"v1","code":"OK","status":200,`},
		"a trigger": {mustRead(t, "refuse-yandex-trigger.json").payload(t),
			`"operation":"encrypt","code":"INVALID_ARGUMENT","status":400,`},
		"null":                   {[]byte("null"), `"operation":"encrypt","code":"INVALID_ARGUMENT","status":400,`},
		"a body of another type": {junk.payload(t), `"operation":"encrypt","code":"INVALID_ARGUMENT","status":400,`},
		"too large": {[]byte(`{"plaintext":"` + strings.Repeat("QUFB", 300_000) + `"}`),
			`"operation":"encrypt","code":"INVALID_ARGUMENT","status":413,`},
	} {
		for trust, want := range map[identity.Mode]string{
			identity.Platform: row.line, identity.None: row.line,
			identity.Mode(""): `"operation":"encrypt","code":"UNAUTHENTICATED","status":401,`,
		} {
			w := newWorld(t, trust)
			w.logAll()
			a := w.invoke(t, functions[api.Encrypt], row.payload)
			log := w.log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"level":"INFO","msg":"request",`+want) {
				t.Errorf("%s, %q: the log is %s, want one line with %s", name, trust, log, want)
			}
			if id := a.headers["X-Request-Id"]; a.http && (id == "" || !strings.Contains(log, `"requestId":"`+id+`"`)) {
				t.Errorf("%s, %q: request %s has the line %s", name, trust, id, log)
			}
		}
	}
}

// TestRequestLogInvocation: a line names the invocation as Yandex Cloud
// Functions need it, which serve several concurrently.
func TestRequestLogInvocation(t *testing.T) {
	for id, want := range map[string]string{
		"7d1f1cf8-6a52-44a8-9a2b-7e0f2a9d1c55": `,"request_id":"7d1f1cf8-6a52-44a8-9a2b-7e0f2a9d1c55"`, "": "",
		"no id": ""} {
		w := newWorld(t, identity.Platform)
		w.logAll()
		//lint:ignore SA1029 the platform's own key is a string
		ctx := context.WithValue(context.Background(), "lambdaRuntimeRequestID", id)
		if _, err := event.Encrypt(ctx, event.New(mustRead(t, "yandex-gateway-1.0-encrypt.json").payload(t)),
			w.open); err != nil {
			t.Fatal(err)
		}
		if log := w.log.String(); want == "" == strings.Contains(log, "request_id") || !strings.Contains(log, want) {
			t.Errorf("%q: the log is %s, want %s", id, log, want)
		}
	}
}
