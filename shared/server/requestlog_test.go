package server_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
	"rekey/shared/server"
)

// TestRequestLog: what the server itself refuses has a line too. Probes of
// its health have none.
func TestRequestLog(t *testing.T) {
	v, err := keyring.NewVersion("one", "v1", key.AES256, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	rules := &pipeline.Pipeline{Authorizer: pipeline.Everybody{}, Limiter: pipeline.Unlimited{},
		Recorder: requestlog.New(slog.New(slog.NewJSONHandler(&log, nil)), requestlog.All)}
	h := server.Handler(rest.New(identity.None.Authenticator(), rules, rest.Crypto(kms.New(&ring{version: v}, rules))))
	for name, row := range map[string]struct {
		method, path, origin string
		length               int64 // that is announced
		line                 string
	}{
		"good": {"POST", path, "", int64(len(good)),
			`"operation":"encrypt","key":"one","version":"v1","code":"OK","status":200,`},
		"a page elsewhere": {"POST", path, "https://example.com", int64(len(good)),
			`"msg":"request","code":"PERMISSION_DENIED","status":403,`},
		"a query": {"POST", path + "?%", "", int64(len(good)),
			`"msg":"request","code":"INVALID_ARGUMENT","status":400,`},
		"a body cut short": {"POST", path, "", 100, `"msg":"request","code":"INVALID_ARGUMENT","status":400,`},
		"another method": {"PUT", path, "", int64(len(good)),
			`"operation":"encrypt","key":"one","code":"UNIMPLEMENTED","status":405,`},
		"health": {"GET", "/healthz", "", 0, ""},
	} {
		log.Reset()
		r, err := http.NewRequest(row.method, row.path, strings.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = row.length
		r.Header.Set("X-Request-Id", "mine")
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		got := log.String()
		if row.line == "" && got != "" || row.line != "" && (strings.Count(got, "\n") != 1 ||
			!strings.Contains(got, row.line) || !strings.Contains(got, `"requestId":"mine"`)) {
			t.Errorf("%s: the log is %s, want a line with %s", name, got, row.line)
		}
	}
}
