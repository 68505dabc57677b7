package event_test

import (
	"context"
	"encoding/json"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
)

// FuzzEvent: whatever the payload, there is an answer that is one JSON object,
// in HTTP's envelope or not, and an error of ours if it is one.
func FuzzEvent(f *testing.F) {
	for _, file := range append(recorded(f), "refuse-aws-warmer.json", "refuse-yandex-trigger.json") {
		f.Add(mustRead(f, file).payload(f))
	}
	for _, seed := range []string{
		``, `null`, `{}`, `{`, `[]`, `"x"`, `{"httpMethod":1}`, `{"requestContext":{"authorizer":{"jwt":{"claims":[]}}}}`, "{\"a\":\"\xff\"}",
		`{"httpMethod":"POST","body":"!","isBase64Encoded":true}`, `{"headers":{"x-request-id":["\u0000"]},"rawPath":"%"}`, `{"multiValueHeaders":{"a":[[],{},1]}}`,
	} {
		f.Add([]byte(seed))
	}
	worlds := []*world{newWorld(f, event.TrustNobody), newWorld(f, event.TrustEverybody), newWorld(f, event.TrustPlatform)}
	f.Fuzz(func(t *testing.T, payload []byte) {
		before := string(payload)
		for _, w := range worlds {
			for _, h := range []function{event.Encrypt, event.Decrypt, event.ReEncrypt, event.GenerateDataKey, event.All} {
				response, err := h(context.Background(), event.New(payload), w.open)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := response.MarshalJSON()
				if err != nil || !json.Valid(raw) {
					t.Fatalf("%v: %q", err, raw)
				}
				a := understand(t, raw)
				code, isError := a.fields["code"].(float64)
				if a.http && (a.status == 200) == isError || w.trust == event.TrustNobody && api.Code(code) != api.Unauthenticated {
					t.Fatalf("%q: got %s", payload, raw)
				}
				if code := api.Code(code); code == api.Internal || code == api.Unknown {
					t.Fatalf("%q: got %s", payload, raw)
				}
				w.who = nil
			}
		}
		if string(payload) != before {
			t.Fatal("the payload was written to")
		}
	})
}
