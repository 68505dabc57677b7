package functions_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/api"
)

const (
	plaintext = "hello, KMS"
	aad       = "tenant=42"
)

// invocation is one event that asks for an operation, or, if the operation is
// zero, one that is not a request.
type invocation struct {
	name     string
	payload  string
	op       api.Operation
	bare     bool // the event is the request itself, without HTTP's envelope
	pathless bool // it does not say which operation it asks for
}

// invocations are the recorded events, each in a variant for each operation,
// and those that are not requests.
func invocations(t testing.TB, r *ring) (all []invocation) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "events", "*.json"))
	if err != nil || len(paths) < 15 {
		t.Fatalf("found %d events: %v", len(paths), err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "refuse-") {
			all = append(all, invocation{name: name, payload: mustEvent(t, name), bare: true, pathless: true})
			continue
		}
		for _, op := range api.Operations {
			all = append(all, variant(t, r, name, op))
		}
	}
	return all
}

func mustEvent(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "events", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// variant is a recorded event with another operation asked for: its paths and
// its body are rewritten.
func variant(t testing.TB, r *ring, name string, op api.Operation) invocation {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal([]byte(mustEvent(t, name)), &event); err != nil {
		t.Fatal(err)
	}
	i := invocation{name: name + " as " + op.String(), op: op, bare: event["requestContext"] == nil}
	i.pathless = i.bare || strings.HasPrefix(name, "yandex-direct")
	body := request(t, r, op)
	if i.bare {
		body["keyId"] = first
		i.payload = mustJSON(t, body)
		return i
	}
	event = renamed(event, op).(map[string]any)
	text := mustJSON(t, body)
	if event["isBase64Encoded"] == true {
		text = b64(text)
	}
	event["body"] = text
	i.payload = mustJSON(t, event)
	return i
}

// renamed is a JSON value with another operation in every path in it.
func renamed(v any, op api.Operation) any {
	switch x := v.(type) {
	case map[string]any:
		for name, member := range x {
			x[name] = renamed(member, op)
		}
	case []any:
		for i, element := range x {
			x[i] = renamed(element, op)
		}
	case string:
		for _, from := range api.Operations {
			for _, colon := range []string{":", "%3A"} {
				if i := strings.LastIndex(x, colon+from.String()); i >= 0 {
					return x[:i] + colon + op.String() + x[i+len(colon)+len(from.String()):]
				}
			}
		}
	}
	return v
}

// request is a good request for an operation, without the key's id.
func request(t testing.TB, r *ring, op api.Operation) map[string]any {
	t.Helper()
	switch op {
	case api.Encrypt:
		return map[string]any{"plaintext": b64(plaintext), "aadContext": b64(aad)}
	case api.Decrypt:
		return map[string]any{"ciphertext": r.seal(t, first, aad, plaintext), "aadContext": b64(aad)}
	case api.ReEncrypt:
		return map[string]any{"sourceKeyId": second, "ciphertext": r.seal(t, second, aad, plaintext),
			"sourceAadContext": b64(aad), "aadContext": b64("new")}
	}
	return map[string]any{"dataKeySpec": "AES_192", "aadContext": b64(aad)}
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
