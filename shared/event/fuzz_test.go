package event_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
)

// FuzzEvent: whatever the payload, there is an answer that is one JSON object,
// in HTTP's envelope or not, and an error of ours if it is one.
func FuzzEvent(f *testing.F) {
	for _, file := range append(recorded(f), "refuse-aws-warmer.json", "refuse-yandex-trigger.json") {
		f.Add(mustRead(f, file).payload(f))
	}
	for _, seed := range []string{
		``, `null`, `{}`, `{`, `[]`, `"x"`, `{"httpMethod":1}`,
		`{"requestContext":{"authorizer":{"jwt":{"claims":[]}}}}`, "{\"a\":\"\xff\"}",
		`{"httpMethod":"POST","body":"!","isBase64Encoded":true}`,
		`{"headers":{"x-request-id":["\u0000"]},"rawPath":"%"}`, `{"multiValueHeaders":{"a":[[],{},1]}}`,
		// Shapes that lie, or say two things.
		`{"httpMethod":"POST","path":"/kms/v1/keys/a:encrypt","rawPath":"/kms/v1/keys/b:encrypt","url":"/kms/v1/keys/c:decrypt?keyId=d","body":"{}"}`,
		`{"httpMethod":"POST","path":"/kms/v1/keys/` + first +
			`:decrypt","url":"","body":"{\"ciphertext\":\"UktZAQ\"}"}`,
		`{"httpMethod":"GET","requestContext":{"http":{"method":"POST"},"httpMethod":"PUT"},"path":"/kms/v1/keys/a%3Aencrypt"}`,
		`{"httpMethod":"POST","queryStringParameters":{"keyId":"` + first +
			`"},"multiValueQueryStringParameters":{"keyId":["` + first + `","` + second +
			`"]},"body":"{\"plaintext\":\"eA==\"}"}`,
		`{"httpMethod":"POST","isBase64Encoded":true,"body":"eyJwbGFpbnRleHQiOiJlQT09In0=\n","queryStringParameters":{"keyId":"` + first + `"}}`,
		`{"httpMethod":"POST","isBase64Encoded":false,"body":"eyJwbGFpbnRleHQiOiJlQT09In0="}`,
		`{"httpMethod":"POST","isBase64Encoded":"true","body":{"plaintext":"eA=="}}`,
		`{"headers":{"X-Request-Id":"a","x-request-id":"b"},"multiValueHeaders":{"X-REQUEST-ID":["c"]},"requestContext":null,"rawPath":""}`,
		`{"headers":{"x-request-id":"a\r\nSet-Cookie: b"},"requestContext":{"requestId":"\u2028"},"rawPath":null}`,
		`{"requestContext":{"authorizer":{"principalId":"a","principalId":"b"},"authorizer":"c"}}`,
		`{"requestContext":{"authorizer":{"jwt":"x","iam":[],"claims":null,"principal":{"sub":"x"}}}}`,
		`{"request\u0043ontext":{},"requestContext":{"identity":{"userArn":1}},"body":null}`, `{"requestContext":[]}`,
		`{"httpMethod":null,"rawPath":null,"keyId":"` + first + `","plaintext":"eA=="}`,
		`{"keyId":"` + first + `","plaintext":"eA==","requestContext":{"authorizer":{"principalId":"root"}}}`,
		`{"messages":[],"httpMethod":"POST"}`, `{"Records":null,"keyId":"a"}`, `{"detail-type":"x"}{}`,
		`{"keyId":"` + first + `","dataKeySpec":3,"skipPlaintext":true}`, `{"keyId":"` + first + `","sourceKeyId":"` +
			second + `","ciphertext":"UktZAQ"}`,
		"\xef\xbb\xbf{}", `{"path":"/kms/v1/keys//kms/v1/keys/a:encrypt","httpMethod":"POST"}`,
		`{"url":"?/kms/v1/keys/a:encrypt","httpMethod":"POST"}`, `{"httpMethod":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	worlds := []*world{newWorld(f, identity.Mode("")), newWorld(f, identity.None),
		newWorld(f, identity.Platform)}
	f.Fuzz(func(t *testing.T, payload []byte) {
		before := string(payload)
		for _, w := range worlds {
			for _, h := range []function{event.Encrypt, event.Decrypt, event.ReEncrypt, event.GenerateDataKey,
				event.All} {
				a := handle(t, context.Background(), h, event.New(payload), w.open)
				code, isError := a.fields["code"].(float64)
				if a.http && (a.status == 200) == isError || w.trust == identity.Mode("") &&
					api.Code(code) != api.Unauthenticated {
					t.Fatalf("%q: got %s", payload, a.raw)
				}
				if code := api.Code(code); code == api.Internal || code == api.Unknown {
					t.Fatalf("%q: got %s", payload, a.raw)
				}
				w.who = nil
			}
		}
		if string(payload) != before {
			t.Fatal("the payload was written to")
		}
	})
}

// FuzzCiphertext: whatever the ciphertext and the AAD in an event, what was
// not made here does not open, and it is the caller's fault.
func FuzzCiphertext(f *testing.F) {
	w := newWorld(f, identity.Platform)
	sealed, err := w.ring.versions[second].Key.Seal(nil, []byte("RKY\x01\x03\x01x\x01y"), nil, []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed, []byte(aad))
	f.Add(bytes.Replace(sealed, []byte("\x01x\x01y"), []byte("\x14"+first+"\x02v1"), 1), []byte(aad))
	f.Add([]byte("vault:v1:"), []byte(nil))
	f.Fuzz(func(t *testing.T, sealed, aad []byte) {
		payload := fmt.Sprintf(`{"keyId":%q,"ciphertext":%q,"aadContext":%q}`, first, b64(string(sealed)),
			b64(string(aad)))
		a := handle(t, context.Background(), event.Decrypt, event.New([]byte(payload)), w.open)
		code, _ := a.fields["code"].(float64)
		if c := api.Code(code); c != api.InvalidArgument && c != api.NotFound ||
			strings.Contains(string(a.raw), `"plaintext"`) {
			t.Fatalf("%x: got %s", sealed, a.raw)
		}
		w.who = nil
	})
}
