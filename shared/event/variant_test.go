package event_test

import (
	nethttp "net/http"
	"net/url"
	"testing"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
)

// as returns the event as one that asks for another operation.
func (o object) as(t testing.TB, w *world, op api.Operation) object {
	t.Helper()
	body := w.request(t, op)
	if o.bare() {
		body["keyId"] = first
		return body
	}
	r := nethttp.Request{Method: "POST", URL: &url.URL{Path: "/kms/v1/keys/" + first + ":" + op.String()},
		Header: nethttp.Header{"X-Request-Id": {requestID}}}
	called := o["url"] == ""
	if o.request(&r, body.payload(t)); called {
		o.direct(&r)
	}
	return o
}

// bare reports whether the event is the request itself.
func (o object) bare() bool { return o["requestContext"] == nil }

// request is a good request for an operation with the first key, without the
// key id.
func (w *world) request(t testing.TB, op api.Operation) object {
	t.Helper()
	switch op {
	case api.Encrypt:
		return object{"plaintext": b64(plaintext), "aadContext": b64(aad)}
	case api.Decrypt:
		return object{"ciphertext": w.seal(t, first), "aadContext": b64(aad)}
	case api.ReEncrypt:
		return object{"sourceKeyId": second, "ciphertext": w.seal(t, second), "sourceAadContext": b64(aad),
			"aadContext": b64("new")}
	}
	return object{"dataKeySpec": "AES_192", "aadContext": b64(aad)}
}

// seal encrypts the plaintext below all that is tested here.
func (w *world) seal(t testing.TB, id key.ID) string {
	t.Helper()
	v := w.ring.versions[id]
	sealed, err := v.Key.Seal(nil, ciphertext.AppendPrefix(nil, v.Algorithm(), id, v.ID), []byte(aad),
		[]byte(plaintext))
	if err != nil {
		t.Fatal(err)
	}
	return b64(string(sealed))
}

// wantSuccess checks that the answer looks like a good one to request(op).
func (w *world) wantSuccess(t testing.TB, name string, op api.Operation, a answer) {
	t.Helper()
	field := map[api.Operation]string{api.Encrypt: "ciphertext", api.Decrypt: "plaintext", api.ReEncrypt: "ciphertext",
		api.GenerateDataKey: "dataKeyCiphertext"}[op]
	if got := a.text(field); a.http && a.status != 200 || a.fields["code"] != nil || a.text("keyId") != first ||
		a.text("versionId") != "v1" || got == "" || op == api.Decrypt && got != b64(plaintext) {
		t.Errorf("%s: got %s", name, a.raw)
	}
}
