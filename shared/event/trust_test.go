package event_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
	"rekey/shared/rest"
)

// TestTrustNobody: while no authentication is configured every event, good or
// bad, gets the same answer, in its shape.
func TestTrustNobody(t *testing.T) {
	w := newWorld(t, identity.Mode(""))
	payloads := map[string][]byte{}
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			payloads[file+" as "+op.String()] = mustRead(t, file).as(t, w, op).payload(t)
		}
		e := mustRead(t, file)
		e["body"] = 7
		payloads[file+", body of a wrong type"] = e.payload(t)
	}
	for _, file := range []string{"refuse-aws-warmer.json", "refuse-yandex-trigger.json"} {
		payloads[file] = mustRead(t, file).payload(t)
	}
	payloads["null"], payloads["nothing"], payloads["a number"] = []byte("null"), []byte("{}"), []byte("1")
	for name, payload := range payloads {
		for op, f := range functions {
			w.invoke(t, f, payload).wantError(t, fmt.Sprint(name, " to ", op), 401, api.Unauthenticated,
				"the caller is not authenticated")
		}
		w.invoke(t, event.All, payload).wantError(t, name+" to all", 401, api.Unauthenticated,
			"the caller is not authenticated")
	}
	if w.ring.asked.Load() > 0 || len(w.who) > 0 {
		t.Errorf("the store was asked %d times, permission %d times", w.ring.asked.Load(), len(w.who))
	}
}

// TestTrustEverybody: a name in the event is not believed.
func TestTrustEverybody(t *testing.T) {
	for _, file := range recorded(t) {
		w := newWorld(t, identity.None)
		e := mustRead(t, file).as(t, w, api.Encrypt)
		w.wantSuccess(t, file, api.Encrypt, w.invoke(t, event.Encrypt, e.payload(t)))
		if len(w.who) != 1 || w.who[0] != api.Anonymous {
			t.Errorf("%s: the caller is %+v, want %+v", file, w.who, api.Anonymous)
		}
	}
}

// TestRecordedPrincipal: who is calling in the recorded events.
func TestRecordedPrincipal(t *testing.T) {
	want := map[string]string{
		"aws-function-url-encrypt.json":          "arn:aws:iam::123456789012:user/ci",
		"yandex-gateway-0.1-action-encrypt.json": "serviceAccount:ajeexample00000001",
		"yandex-gateway-1.0-action-encrypt.json": "serviceAccount:ajeexample00000001",
		"yandex-direct-encrypt.json":             "",
		"yandex-raw-encrypt.json":                "",
		"yandex-raw-datakey.json":                "",
		"yandex-raw-decrypt.json":                "",
	}
	for _, file := range recorded(t) {
		id, ok := want[file]
		if !ok {
			id = "ci-deployer"
		}
		w := newWorld(t, identity.Platform)
		w.invoke(t, event.Encrypt, mustRead(t, file).as(t, w, api.Encrypt).payload(t))
		if p := (api.Principal{Subject: id, By: "platform"}); len(w.who) != 1 || w.who[0] != p {
			t.Errorf("%s: the caller is %+v, want %+v", file, w.who, p)
		}
	}
}

// TestPrincipal: one row a shape of requestContext.
func TestPrincipal(t *testing.T) {
	for context, want := range map[string]string{
		`{"authorizer":{"jwt":{"claims":{"sub":"jwt","iss":"i"},"scopes":null}}}`:   "jwt",
		`{"authorizer":{"iam":{"userArn":"arn","userId":"u"}}}`:                     "arn",
		`{"authorizer":{"principalId":"pid"}}`:                                      "pid",
		`{"authorizer":{"principal":"p"}}`:                                          "p",
		`{"identity":{"userArn":"arn","sourceIp":"127.0.0.1"}}`:                     "arn",
		`{"identity":{"userArn":"arn"},"authorizer":{"principalId":"pid"}}`:         "pid",
		`{"authorizer":{"principalId":"pid"},"identity":{"userArn":"arn"}}`:         "pid",
		`{"authorizer":{"principalId":"pid","jwt":{"claims":{"sub":"jwt"}}}}`:       "jwt",
		`{"authorizer":{"jwt":{"claims":{"sub":"jwt"}},"principalId":"pid"}}`:       "jwt",
		`{"authorizer":{"jwt":{"claims":{"sub":"jwt"}},"iam":{"userArn":"arn"}}}`:   "arn",
		`{"authorizer":{"iam":{"userArn":"arn"},"jwt":{"claims":{"sub":"jwt"}}}}`:   "arn",
		`{"authorizer":{"jwt":{"claims":{"sub":""}},"principalId":"pid"}}`:          "pid",
		`{"authorizer":{"jwt":{"claims":{"sub":7}}}}`:                               "",
		`{"authorizer":{"jwt":{"claims":{"Sub":"x","name":"y"}}}}`:                  "",
		`{"authorizer":{"jwt":{"claims":null}},"identity":null}`:                    "",
		`{"authorizer":{"jwt":null,"iam":null,"principalId":null}}`:                 "",
		`{"authorizer":{"claims":{"sub":"jwt"},"scopes":["kms"]}}`:                  "jwt",
		`{"authorizer":{"principalId":"pid","jwt":"text","iam":"text","claims":7}}`: "pid",
		`{"authorizer":{"principal":"own word","principalId":"pid"}}`:               "pid",
		`{"authorizer":{"principalId":"pid","principal":"own word"}}`:               "pid",
		`{"requestId":7,"authorizer":{"principalId":"pid"}}`:                        "pid",
		`{"authorizer":"text","identity":7}`:                                        "",
		`{"authorizer":null}`:                                                       "", `{"authorizer":{}}`: "",
		`{}`:                                   "",
		`{"Authorizer":{"principalId":"pid"}}`: "",
		`{"principalId":"pid","sub":"jwt","userArn":"arn"}`: "",
	} {
		w := newWorld(t, identity.Platform)
		payload := `{"httpMethod":"POST","path":"/kms/v1/keys/` + first + `:encrypt","requestContext":` + context +
			`,"body":"{\"plaintext\":\"eA==\"}"}`
		a := w.invoke(t, event.Encrypt, []byte(payload))
		if p := (api.Principal{Subject: want, By: "platform"}); len(w.who) != 1 || w.who[0] != p {
			t.Errorf("%s: the caller is %+v, want %+v: %s", context, w.who, p, a.raw)
		}
	}
}

// TestHeadersAreNotIdentity: what a caller can write names nobody.
func TestHeadersAreNotIdentity(t *testing.T) {
	w := newWorld(t, identity.Platform)
	e := mustRead(t, "yandex-direct-encrypt.json")
	e["headers"] = map[string]any{"Authorization": "Bearer x", "X-Forwarded-User": "root", "principalId": "root"}
	e["authorizer"] = map[string]any{"principalId": "root"}
	e["principalId"] = "root"
	w.invoke(t, event.Encrypt, e.payload(t))
	if len(w.who) != 1 || w.who[0].Subject != "" {
		t.Errorf("the caller is %+v", w.who)
	}
}

// TestOpenFails: an instance that cannot serve says INTERNAL and no more, in
// the shape and with the request id of the event.
func TestOpenFails(t *testing.T) {
	var err error
	fails := func(context.Context) (*rest.API, error) { return nil, err }
	for i, file := range recorded(t) {
		err = errors.New("no keyring at /secret")
		if i%2 == 0 {
			err = api.Errorf(api.NotFound, "no keyring at /secret")
		}
		for _, f := range functions {
			a := handle(t, context.Background(), f, event.New(mustRead(t, file).payload(t)), fails)
			a.wantError(t, file, 500, api.Internal, "internal error")
			a.wantShape(t, file, mustRead(t, file))
			if strings.Contains(string(a.raw), "secret") {
				t.Errorf("%s: the cause is shown: %s", file, a.raw)
			}
		}
	}
}
