package functions_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"rekey/shared/api"
)

// answer is what a platform gets of a function, understood.
type answer struct {
	raw     string // as it came, but for a data key
	http    bool   // in HTTP's envelope
	status  int    // of HTTP; 0 without an envelope
	headers map[string]string
	fields  map[string]any // of the response or error object
}

// dataKey finds one in an answer: even a throw-away key stays out of a test's
// output. (Its base64 has neither quotes nor escapes.)
var dataKey = regexp.MustCompile(`(dataKeyPlaintext\\*":\\*")[^"\\]*`)

func understand(t testing.TB, raw []byte) answer {
	t.Helper()
	a := answer{raw: dataKey.ReplaceAllString(string(raw), "$1...")}
	var envelope struct {
		StatusCode      *int              `json:"statusCode"`
		Headers         map[string]string `json:"headers"`
		Body            *string           `json:"body"`
		IsBase64Encoded *bool             `json:"isBase64Encoded"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	body := raw
	if err := d.Decode(&envelope); err == nil && envelope.StatusCode != nil {
		if envelope.Body == nil || envelope.IsBase64Encoded == nil || *envelope.IsBase64Encoded {
			t.Fatalf("the envelope %s lacks something", a.raw)
		}
		a.http, a.status, a.headers, body = true, *envelope.StatusCode, envelope.Headers, []byte(*envelope.Body)
	}
	if err := json.Unmarshal(body, &a.fields); err != nil {
		t.Fatalf("the answer %s is not a JSON object: %v", a.raw, err)
	}
	return a
}

func (a answer) text(name string) string { s, _ := a.fields[name].(string); return s }

// code is the error's; 0 in a response.
func (a answer) code() api.Code { f, _ := a.fields["code"].(float64); return api.Code(f) }

// wantError checks the code, HTTP's status if there is one, and how the
// message begins.
func (a answer) wantError(t testing.TB, name string, status int, code api.Code, message string) {
	t.Helper()
	if a.code() != code || a.http && a.status != status || !strings.HasPrefix(a.text("message"), message) {
		t.Errorf("%s:\n got %s\nwant status %d, code %d, %q", name, a.raw, status, code, message)
	}
}

// wantNobody checks that nobody is let in.
func (a answer) wantNobody(t testing.TB, name string) {
	t.Helper()
	a.wantError(t, name, 401, api.Unauthenticated, "")
}

// wantShape checks that the answer has the shape that the event's sender
// expects.
func (a answer) wantShape(t testing.TB, i invocation) {
	t.Helper()
	if a.http == i.bare {
		t.Errorf("%s: HTTP's envelope: %v, bare event: %v: %s", i.name, a.http, i.bare, a.raw)
	}
	if a.http && (a.headers["Content-Type"] != "application/json" ||
		a.headers["X-Request-Id"] != "0f3a0a6e-6b1f-4a0a-8a64-3a3a2b8f6a10") {
		t.Errorf("%s: headers are %v", i.name, a.headers)
	}
}

// want checks what a function that lets the caller in answers to an
// invocation; only is its operation.
func (a answer) want(t testing.TB, r *ring, only api.Operation, i invocation) {
	t.Helper()
	switch {
	case i.op == 0:
		a.wantError(t, i.name, 400, api.InvalidArgument, "the event is not a request")
	case only == 0 && i.pathless:
		a.wantError(t, i.name, 404, api.NotFound, "the request has no path")
	case only == 0 || only == i.op:
		a.wantSuccess(t, r, i)
	case i.pathless: // a request with fields that the operation does not have
		a.wantError(t, i.name, 400, api.InvalidArgument, "")
	default:
		a.wantError(t, i.name, 404, api.NotFound, "no such path here")
	}
	a.wantShape(t, i)
}

// wantSuccess checks the response to request(i.op).
func (a answer) wantSuccess(t testing.TB, r *ring, i invocation) {
	t.Helper()
	if a.http && a.status != 200 || a.fields["code"] != nil || a.text("keyId") != first || a.text("versionId") == "" {
		t.Errorf("%s: got %s", i.name, a.raw)
		return
	}
	switch i.op {
	case api.Encrypt:
		r.wantOpens(t, i.name, a.text("ciphertext"), aad, plaintext)
	case api.Decrypt:
		if got := a.text("plaintext"); got != b64(plaintext) {
			t.Errorf("%s: got %q", i.name, got)
		}
	case api.ReEncrypt:
		r.wantOpens(t, i.name, a.text("ciphertext"), "new", plaintext)
	case api.GenerateDataKey:
		secret, err := base64.StdEncoding.DecodeString(a.text("dataKeyPlaintext"))
		if err != nil || len(secret) != 24 {
			t.Errorf("%s: the data key has %d bytes (%v), want 24", i.name, len(secret), err)
		}
		r.wantOpens(t, i.name, a.text("dataKeyCiphertext"), aad, string(secret))
	}
}
