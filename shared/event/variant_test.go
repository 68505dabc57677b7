package event_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
)

// as returns the event with another operation asked for: its paths and its
// body rewritten.
func (o object) as(t testing.TB, w *world, op api.Operation) object {
	t.Helper()
	body := w.request(t, op)
	if o.bare() {
		body["keyId"] = first
		return body
	}
	out := rename(map[string]any(o), op).(map[string]any)
	return object(out).withBody(t, body)
}

// bare reports whether the event is the request itself.
func (o object) bare() bool { return o["requestContext"] == nil }

// withBody sets the body of an event, in base64 if it is marked so.
func (o object) withBody(t testing.TB, body object) object {
	t.Helper()
	text := string(body.payload(t))
	if o["isBase64Encoded"] == true {
		text = b64(text)
	}
	o["body"] = text
	return o
}

// body returns the body of an event.
func (o object) body(t testing.TB) object {
	t.Helper()
	text := []byte(o["body"].(string))
	if o["isBase64Encoded"] == true {
		text = []byte(mustDecode(t, string(text)))
	}
	var body object
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

// rename changes the operation in every string of a JSON value.
func rename(v any, op api.Operation) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, member := range x {
			out[name] = rename(member, op)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = rename(x[i], op)
		}
		return out
	case string:
		for _, from := range api.Operations {
			for _, colon := range []string{":", "%3A"} {
				if i := strings.LastIndex(x, colon+from.String()); i >= 0 {
					return x[:i] + colon + op.String() + strings.TrimPrefix(x[i:], colon+from.String())
				}
			}
		}
	}
	return v
}

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
func (w *world) seal(t testing.TB, id string) string {
	t.Helper()
	for k, v := range w.ring.versions {
		if string(k) == id {
			sealed, err := v.Key.Seal(nil, ciphertext.AppendPrefix(nil, v.Algorithm(), v.KeyID, v.ID), []byte(aad),
				[]byte(plaintext))
			if err != nil {
				t.Fatal(err)
			}
			return b64(string(sealed))
		}
	}
	t.Fatalf("no key %s", id)
	return ""
}

// wantSuccess checks that the answer is a good one to request(op).
func (w *world) wantSuccess(t testing.TB, name string, op api.Operation, a answer) {
	t.Helper()
	if a.http && a.status != 200 || a.fields["code"] != nil || a.text("keyId") != first || a.text("versionId") != "v1" {
		t.Errorf("%s: got %s", name, a.raw)
		return
	}
	switch op {
	case api.Encrypt:
		w.wantOpens(t, name, a.text("ciphertext"), aad, plaintext)
	case api.Decrypt:
		if got := mustDecode(t, a.text("plaintext")); got != plaintext {
			t.Errorf("%s: got %q, want %q", name, got, plaintext)
		}
	case api.ReEncrypt:
		w.wantOpens(t, name, a.text("ciphertext"), "new", plaintext)
	case api.GenerateDataKey:
		dataKey := mustDecode(t, a.text("dataKeyPlaintext"))
		if len(dataKey) != 24 {
			t.Errorf("%s: the data key has %d bytes, want 24", name, len(dataKey))
		}
		w.wantOpens(t, name, a.text("dataKeyCiphertext"), aad, dataKey)
	}
}

// wantOpens checks that a ciphertext of the first key opens to something.
func (w *world) wantOpens(t testing.TB, name, sealed, aad, want string) {
	t.Helper()
	blob, err := ciphertext.Split([]byte(mustDecode(t, sealed)))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	v := w.ring.versions[blob.KeyID]
	got, err := v.Key.Open(blob.Header, blob.Sealed, []byte(aad))
	if blob.KeyID != first || err != nil || string(got) != want {
		t.Errorf("%s: opens to %q (%v) with key %s, want %q", name, got, err, blob.KeyID, want)
	}
}

func mustDecode(t testing.TB, text string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
