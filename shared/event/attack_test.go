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

// TestAttacks sends each way in which a ciphertext does not open through each
// recorded event, to decrypt and to reEncrypt: the answer is docs/api.md's, in
// the event's shape. (Every bit of every byte is tried in rest and kms.) The
// ids of a ciphertext have 20 and 2 characters: its suite stands at 4, its
// version id at 27, its salt at 29.
func TestAttacks(t *testing.T) {
	w := newWorld(t, identity.Platform)
	for name, row := range attacks(t, w) {
		for _, file := range recorded(t) {
			for _, op := range []api.Operation{api.Decrypt, api.ReEncrypt} {
				e := mustRead(t, file).as(t, w, op)
				if body := row.request(op); e.bare() {
					e = body
					e["keyId"] = first
				} else {
					e.withBody(t, body)
				}
				a := w.invoke(t, functions[op], e.payload(t))
				name := fmt.Sprintf("%s, %v, %s", name, op, file)
				a.wantError(t, name, row.status, row.code, row.message)
				if row.exact && a.text("message") != row.message {
					t.Errorf("%s: says %q, want %q and no more", name, a.text("message"), row.message)
				}
			}
		}
	}
}

// forgery is a ciphertext that must not open, and how the answer begins; all
// of the message if it is exact.
type forgery struct {
	sealed, aad string
	status      int
	code        api.Code
	message     string
	exact       bool
}

// request asks to open the forgery as one of the first key.
func (f forgery) request(op api.Operation) object {
	if op == api.ReEncrypt {
		return object{"sourceKeyId": first, "ciphertext": b64(f.sealed), "sourceAadContext": b64(f.aad)}
	}
	return object{"ciphertext": b64(f.sealed), "aadContext": b64(f.aad)}
}

func attacks(t *testing.T, w *world) map[string]forgery {
	good, other := mustDecode(t, w.seal(t, first)), mustDecode(t, w.seal(t, first))
	put := func(at int, b string) string { return good[:at] + b + good[at+len(b):] }
	flip := func(at int) string { return put(at, string([]byte{good[at] ^ 1})) }
	same := func(sealed, aad string) forgery {
		return forgery{sealed, aad, 400, api.InvalidArgument, "Bad ciphertext", true}
	}
	told := func(sealed, what string) forgery {
		return forgery{sealed, aad, 400, api.InvalidArgument, "Bad ciphertext: " + what, false}
	}
	const salt, commitment, nonce, body = 29, 53, 85, 97
	return map[string]forgery{
		"salt":              same(flip(salt), aad),
		"commitment":        same(flip(commitment), aad),
		"commitment zeroed": same(put(commitment, string(make([]byte, 32))), aad),
		"commitment, other": same(put(commitment, other[commitment:nonce]), aad),
		"nonce":             same(flip(nonce), aad),
		"body":              same(flip(body), aad),
		"tag":               same(flip(len(good)-1), aad),
		"header, other":     same(other[:commitment]+good[commitment:], aad),
		"byte more":         same(good+"\x00", aad),
		"byte less":         same(good[:len(good)-1], aad),
		"joined":            same(good+other, aad),
		"AAD, other":        same(good, aad+" "),
		"AAD, none":         same(good, ""),
		"suite":             same(put(4, "\x04"), aad),
		"suite 5":           told(put(4, "\x05"), "unknown suite 5"),
		"format 2":          told(put(3, "\x02"), "unknown format 2"),
		"cut":               told(good[:50], "cut short"),
		"Vault":             told("vault:v1:8SDd3WHDOjf7mq69CyCq", "it is a Vault"),
		"base64 twice":      told(b64(good), "it is base64 text"),
		"key":               told(mustDecode(t, w.seal(t, second)), "it was made by key "+second),
		"version":           {put(28, "9"), aad, 404, api.NotFound, "key " + first + " has no version v9", true},
		"nothing":           {"", aad, 400, api.InvalidArgument, "ciphertext: is required", true},
	}
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
		response, err := event.Decrypt(context.Background(), event.New([]byte(payload)), w.open)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := response.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		a := understand(t, raw)
		code, _ := a.fields["code"].(float64)
		if c := api.Code(code); c != api.InvalidArgument && c != api.NotFound ||
			strings.Contains(string(raw), `"plaintext"`) {
			t.Fatalf("%x: got %s", sealed, raw)
		}
		w.who = nil
	})
}
