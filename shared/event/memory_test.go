package event_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
)

// TestMemory: whoever may invoke a function cannot make it take many times
// the memory of what they send, in an instance that serves 16 calls at once
// with 128 MB.
func TestMemory(t *testing.T) {
	var names strings.Builder
	for i := range 250_000 {
		fmt.Fprintf(&names, `"a%d":1,`, i)
	}
	for name, payload := range map[string]string{
		"names":         `{` + names.String() + `"z":1}`,
		"names of HTTP": `{"httpMethod":"POST","headers":{"X-Request-Id":"mine"},` + names.String() + `"z":1}`,
		"headers":       `{"httpMethod":"POST","headers":{"X-Request-Id":"mine",` + names.String() + `"z":1}}`,
		"key ids":       `{"httpMethod":"POST","headers":{"X-Request-Id":"mine"},"multiValueQueryStringParameters":{"keyId":[` + strings.ReplaceAll(names.String(), ":1", "") + `"z"]}}`,
		"body":          `{"httpMethod":"POST","headers":{"X-Request-Id":"mine"},"body":"` + strings.Repeat(`\u0041`, 500_000) + `"}`,
		"depth":         `{"httpMethod":"POST","headers":{"X-Request-Id":"mine"},"x":` + strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000) + `}`,
	} {
		w := newWorld(t, event.TrustPlatform)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		response, err := event.Encrypt(context.Background(), event.New([]byte(payload)), w.open)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		const enough = 4 << 20 // for the answer, and what the decoder grows to
		if took := after.TotalAlloc - before.TotalAlloc; took > 3*uint64(len(payload))+enough {
			t.Errorf("%s: %d bytes were allocated for an event of %d", name, took, len(payload))
		}
		raw, err := response.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		a := understand(t, raw)
		if a.http && a.headers["X-Request-Id"] != "mine" {
			t.Errorf("%s: got %s", name, raw)
		}
		if name != "depth" {
			a.wantError(t, name, 413, api.InvalidArgument, "the body is too large")
		}
	}
}
