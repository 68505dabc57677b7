package event_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
	"rekey/shared/rest"
)

// TestWrongTypes: a member of another type than platforms write is named; the
// answer keeps the shape and the request id whatever the order of members.
func TestWrongTypes(t *testing.T) {
	for member, values := range map[string][]string{
		"httpMethod":                      {`1`, `{}`},
		"path":                            {`1`, `["/"]`},
		"url":                             {`{}`},
		"rawPath":                         {`false`},
		"headers":                         {`"x"`, `[]`, `1`},
		"multiValueHeaders":               {`"x"`},
		"queryStringParameters":           {`"keyId=x"`, `[]`},
		"multiValueQueryStringParameters": {`1`},
		"requestContext":                  {`"x"`, `[]`, `{"http":"x"}`, `{"http":{"method":1}}`},
		"body":                            {`{"plaintext":"eA=="}`, `1`, `[]`},
		"isBase64Encoded":                 {`"true"`, `1`, `{}`},
	} {
		for _, value := range values {
			rest := `"headers":{"X-Request-Id":"mine"},"requestContext":{},"httpMethod":"POST"`
			switch member {
			case "headers":
				rest = `"multiValueHeaders":{"X-Request-Id":["mine"]},"requestContext":{},"httpMethod":"POST"`
			case "httpMethod":
				rest = `"headers":{"X-Request-Id":"mine"},"requestContext":{}`
			case "requestContext":
				rest = `"headers":{"X-Request-Id":"mine"},"httpMethod":"POST"`
			}
			wrong := fmt.Sprintf("%q:%s", member, value)
			for _, payload := range []string{"{" + wrong + "," + rest + "}", "{" + rest + "," + wrong + "}"} {
				w := newWorld(t, identity.Platform)
				a := w.invoke(t, event.Encrypt, []byte(payload))
				a.wantError(t, payload, 400, api.InvalidArgument, "the event has a member "+member+" that ")
				if !a.http || a.headers["X-Request-Id"] != "mine" {
					t.Errorf("%s: got %s", payload, a.raw)
				}
				if w.ring.asked.Load() > 0 || len(w.who) > 0 {
					t.Errorf("%s: something was done", payload)
				}
			}
		}
	}
}

// TestTwice: a duplicate is refused, at any depth, in the event's shape.
func TestTwice(t *testing.T) {
	const rest = `,"headers":{"X-Request-Id":"mine"},"path":"/kms/v1/keys/` + first +
		`:encrypt","body":"{\"plaintext\":\"eA==\"}"}`
	for _, event2 := range []string{
		`{"httpMethod":"POST","requestContext":{"authorizer":{"principalId":"bob"}},"requestContext":{"authorizer":{"principalId":"root"}}` + rest,
		`{"httpMethod":"POST","requestContext":{"authorizer":{"principalId":"bob","principalId":"root"}}` + rest,
		`{"httpMethod":"POST","httpMethod":"GET"` + rest,
		`{"httpMethod":"POST","body":"{}"` + rest,
		`{"httpMethod":"POST","path":null` + rest,
	} {
		w := newWorld(t, identity.Platform)
		a := w.invoke(t, event.Encrypt, []byte(event2))
		a.wantError(t, event2, 400, api.InvalidArgument, "the event has a duplicate member")
		if !a.http || a.headers["X-Request-Id"] != "mine" || len(w.who) > 0 {
			t.Errorf("%s: got %s", event2, a.raw)
		}
	}
}

// TestPlatformsMethod: the platform's own word counts, in whatever order they stand.
func TestPlatformsMethod(t *testing.T) {
	const rest = `,"rawPath":"/kms/v1/keys/` + first + `:encrypt","body":"{\"plaintext\":\"eA==\"}"}`
	for _, members := range []string{`"httpMethod":"POST","requestContext":{"http":{"method":"GET"}}`,
		`"requestContext":{"http":{"method":"GET"}},"httpMethod":"POST"`} {
		a := newWorld(t, identity.Platform).invoke(t, event.Encrypt, []byte("{"+members+rest))
		a.wantError(t, members, 405, api.Unimplemented, "")
	}
}

// TestOddValues: what is inside of headers and query and is not a string is not
// looked at.
func TestOddValues(t *testing.T) {
	w := newWorld(t, identity.Platform)
	e := mustRead(t, "aws-rest-v1-encrypt.json")
	e["headers"] = map[string]any{"X-Request-Id": 7, "Other": nil, "Third": map[string]any{}}
	e["multiValueHeaders"] = map[string]any{"X-Request-Id": []any{nil, 7, "mine"}, "Other": nil}
	e["queryStringParameters"] = map[string]any{"keyId": nil, "x": 7}
	e["multiValueQueryStringParameters"] = map[string]any{"keyId": []any{nil, first, []string{second}},
		"KeyId": []string{second}}
	a := w.invoke(t, event.Encrypt, e.payload(t))
	w.wantSuccess(t, "odd values", api.Encrypt, a)
	if a.headers["X-Request-Id"] != "mine" {
		t.Errorf("headers are %v", a.headers)
	}
}

// TestPayload: bytes in, bytes out, as AWS Lambda wants it; the same answer
// as through encoding/json.
func TestPayload(t *testing.T) {
	w := newWorld(t, identity.Platform)
	h := func(ctx context.Context, e *event.Event) (*event.Response, error) {
		return event.Decrypt(ctx, e, w.open)
	}
	for _, file := range recorded(t) {
		payload := mustRead(t, file).as(t, w, api.Decrypt).payload(t)
		got, err := event.Payload(h).Invoke(context.Background(), payload)
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, got); err != nil {
			t.Fatalf("%s: %s: %v", file, got, err)
		}
		if want := w.invoke(t, event.Decrypt, payload).raw; compact.String() != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", file, compact.String(), want)
		}
	}
}

// TestEventIsKept: the bytes given to UnmarshalJSON may be used again.
func TestEventIsKept(t *testing.T) {
	w := newWorld(t, identity.Platform)
	payload := mustRead(t, "yandex-raw-encrypt.json").payload(t)
	var e event.Event
	if err := e.UnmarshalJSON(payload); err != nil {
		t.Fatal(err)
	}
	clear(payload)
	w.wantSuccess(t, "kept", api.Encrypt, handle(t, context.Background(), event.Encrypt, &e, w.open))
}

// TestDeadline: ours is shorter than the platform's, and there is always one.
func TestDeadline(t *testing.T) {
	payload := event.New([]byte(`{}`))
	w := newWorld(t, identity.Platform)
	var left time.Duration
	open := func(ctx context.Context) (*rest.API, error) {
		d, ok := ctx.Deadline()
		if !ok {
			t.Error("there is no deadline")
		}
		left = time.Until(d)
		return w.open(ctx)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for want, ctx := range map[time.Duration]context.Context{1500 * time.Millisecond: ctx,
		5 * time.Second: context.Background()} {
		if _, err := event.All(ctx, payload, open); err != nil {
			t.Fatal(err)
		}
		if left > want || left < want-time.Second {
			t.Errorf("%v are left, want about %v", left, want)
		}
	}
}
