package functions_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"rekey/deploy/local/platform"
	"rekey/shared/api"
)

// TestPlugin opens each function's plugin as Yandex Cloud Functions do, and
// calls it with every recorded event in a variant for every operation.
func TestPlugin(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	all := invocations(t, r)
	for name, only := range operations {
		for _, auth := range []string{"platform", "none"} {
			l := mustLoad(t, name, r.setting(), "REKEY_AUTH="+auth)
			var answers []answer
			for _, i := range all {
				i.name = fmt.Sprintf("%s, %s: %s", name, auth, i.name)
				a := l.call(t, i.payload)
				a.want(t, r, only, i)
				answers = append(answers, a)
			}
			l.end()
			want := ""
			if auth == "none" {
				want = "WARN"
			}
			wantLog(t, name+", "+auth, l.log.Bytes(), want, answers)
		}
	}
}

// TestPluginUnset: with REKEY_AUTH unset nobody is let in, whatever the event
// says and although the keyring is there.
func TestPluginUnset(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	all := append(invocations(t, r), noRequests...)
	for name := range operations {
		l := mustLoad(t, name, r.setting())
		var answers []answer
		for _, i := range all {
			a := l.call(t, i.payload)
			answers = append(answers, a)
			a.wantNobody(t, name+": "+i.name)
			if a.http == i.bare {
				t.Errorf("%s: %s: the shape of %s", name, i.name, a.raw)
			}
		}
		l.end()
		wantLog(t, name, l.log.Bytes(), "ERROR", answers)
	}
}

// noRequests are JSON, and nothing that a gateway sends.
var noRequests = []invocation{
	{name: "null", payload: "null", bare: true}, {name: "a number", payload: "7", bare: true},
	{name: "a string", payload: `"x"`, bare: true},
	{name: "an array", payload: "[]", bare: true}, {name: "an empty object", payload: "{}", bare: true},
}

// TestPluginNoRequest: an event that is not a request does not end the instance.
func TestPluginNoRequest(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	for name, only := range operations {
		l := mustLoad(t, name, r.setting(), "REKEY_AUTH=platform")
		for _, i := range noRequests {
			want := api.InvalidArgument
			if only == 0 && i.payload == "{}" {
				want = api.NotFound // it has no path
			}
			l.call(t, i.payload).wantError(t, name+": "+i.name, 0, want, "")
		}
		if raw, err := l.function.Invoke(context.Background(), []byte("junk")); !errors.Is(err, platform.ErrFailed) {
			t.Errorf("%s: what is not JSON is answered %s, %v", name, raw, err)
		}
	}
}

// TestPluginConcurrently: one instance serves up to 16 calls concurrently, the first
// ones too, while there is no face yet.
func TestPluginConcurrently(t *testing.T) {
	t.Parallel()
	const most = 16 // the platform's limit of concurrency
	r := mustRing(t)
	var some []invocation
	var payloads []string
	for n, op := 0, api.Operations; n < most; n++ {
		i := variant(t, r, "yandex-gateway-1.0-action-encrypt.json", op[n%len(op)])
		some, payloads = append(some, i), append(payloads, i.payload)
	}
	l := mustLoad(t, "all", r.setting(), "REKEY_AUTH=platform")
	for range 20 {
		seen := map[string]bool{}
		for n, a := range l.callAll(t, payloads...) {
			a.want(t, r, 0, some[n])
			if sealed := a.text("ciphertext"); sealed != "" && seen[sealed] {
				t.Error("two calls have the same ciphertext")
			} else {
				seen[sealed] = true
			}
		}
	}
}

// TestPluginRecovers: an instance that could not open the keyring serves as
// soon as it can.
func TestPluginRecovers(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	i := variant(t, r, "yandex-raw-encrypt.json", api.Encrypt)
	l := mustLoad(t, "encrypt", r.setting(), "REKEY_AUTH=platform")
	away := mustHide(t, r)
	l.call(t, i.payload).wantError(t, "without a keyring", 0, api.Internal, "internal error")
	away()
	l.call(t, i.payload).want(t, r, api.Encrypt, i)
}
