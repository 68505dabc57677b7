package rest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"rekey/shared/ciphertext"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// oneKey is a keyring of one version.
type oneKey struct{ *keyring.Version }

func (o oneKey) Get(context.Context, key.ID, key.VersionID) (*keyring.Version, error) {
	return o.Version, nil
}

// Hit is what a keyring does once it is warm.
func (o oneKey) Hit(key.ID, key.VersionID) *keyring.Version { return o.Version }

func benchVersion(b *testing.B) *keyring.Version {
	b.Helper()
	v, err := keyring.NewVersion("e6qexamplekey0000001", "e6qexamplever0000001", key.AES256,
		bytes.Repeat([]byte{7}, 32))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// text is base64 of a plaintext of n bytes, sealed of its ciphertext.
func benchTexts(b *testing.B, v *keyring.Version, n int) (text, sealed string) {
	b.Helper()
	blob, err := v.Key.Seal(nil, prefixOf(v), nil, make([]byte, n))
	if err != nil {
		b.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(make([]byte, n)), base64.StdEncoding.EncodeToString(blob)
}

func prefixOf(v *keyring.Version) []byte {
	return ciphertext.AppendPrefix(nil, v.Algorithm(), v.KeyID, v.ID)
}

var benchSizes = []int{32, 1 << 10, 32 << 10}

// BenchmarkServe goes from the bytes of a body to the bytes of an answer.
func BenchmarkServe(b *testing.B) {
	v := benchVersion(b)
	a := rest.New(identify, pipeline.Owner, rest.Crypto(kms.New(oneKey{v}, pipeline.Owner)))
	run := func(operation string, n int, body string) {
		b.Run(fmt.Sprintf("%s/%d", operation, n), func(b *testing.B) {
			r := &rest.Request{Path: "/kms/v1/keys/e6qexamplekey0000001:" + operation, RequestID: "bench",
				Proof: someone, Body: []byte(body), Memory: new(rest.Memory)}
			b.ReportAllocs()
			for range b.N {
				if out := a.Serve(context.Background(), 0, r); out.Status != 200 {
					b.Fatal(string(out.Body))
				}
				r.Memory.Wipe()
			}
		})
	}
	for _, n := range benchSizes {
		text, sealed := benchTexts(b, v, n)
		run("encrypt", n, `{"plaintext":"`+text+`"}`)
		run("decrypt", n, `{"ciphertext":"`+sealed+`"}`)
		run("reEncrypt", n, `{"sourceKeyId":"e6qexamplekey0000001","ciphertext":"`+sealed+`"}`)
	}
	run("generateDataKey", 32, `{"dataKeySpec":"AES_256"}`)
}

// BenchmarkRequestLog is what a line in the log costs: an operation without
// one, with it, and with it where only failures have one.
func BenchmarkRequestLog(b *testing.B) {
	v := benchVersion(b)
	text, _ := benchTexts(b, v, 32)
	for _, l := range []requestlog.Lines{requestlog.None, requestlog.Failed, requestlog.All} {
		rules := &pipeline.Pipeline{Authorizer: pipeline.Everybody{}, Limiter: pipeline.Unlimited{},
			Recorder: requestlog.New(slog.New(slog.NewJSONHandler(io.Discard, nil)), l)}
		a := rest.New(identify, rules, rest.Crypto(kms.New(oneKey{v}, rules)))
		b.Run(string(l), func(b *testing.B) {
			r := &rest.Request{Path: "/kms/v1/keys/e6qexamplekey0000001:encrypt",
				RequestID: "0f3a0a6e-6b1f-4a0a-8a64-3a3a2b8f6a10",
				Proof:     identity.Proof{Caller: "ci-deployer"},
				Body:      []byte(`{"plaintext":"` + text + `"}`), Memory: new(rest.Memory)}
			b.ReportAllocs()
			for range b.N {
				if out := a.Serve(context.Background(), 0, r); out.Status != 200 {
					b.Fatal(string(out.Body))
				}
				r.Memory.Wipe()
			}
		})
	}
}
