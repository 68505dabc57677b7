package rest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/rest"
)

// oneKey is a keyring of one version.
type oneKey struct{ *keyring.Version }

func (o oneKey) Get(context.Context, key.ID, key.VersionID) (*keyring.Version, error) {
	return o.Version, nil
}

// BenchmarkEncrypt goes from the bytes of a body to the bytes of an answer,
// beside the work that nobody can leave out: one base64 decode, one encode
// and one seal.
func BenchmarkEncrypt(b *testing.B) {
	version, err := keyring.NewVersion("e6qexamplekey0000001", "e6qexamplever0000001", key.AES256, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		b.Fatal(err)
	}
	a := rest.New(kms.New(oneKey{version}, nil, nil), slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, n := range []int{32, 1 << 10, 32 << 10} {
		text := base64.StdEncoding.EncodeToString(make([]byte, n))
		r := &rest.Request{Path: "/kms/v1/keys/e6qexamplekey0000001:encrypt", RequestID: "bench", Principal: api.Anonymous,
			Body: []byte(`{"plaintext":"` + text + `"}`)}
		b.Run(fmt.Sprintf("serve/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if out := a.Serve(context.Background(), 0, r); !out.OK() {
					b.Fatal(string(out.Body))
				}
			}
		})
		b.Run(fmt.Sprintf("least/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				plaintext, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					b.Fatal(err)
				}
				sealed, err := version.Key.Seal(nil, make([]byte, 47), nil, plaintext)
				if err != nil {
					b.Fatal(err)
				}
				base64.StdEncoding.EncodeToString(sealed)
			}
		})
	}
}
