package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/client"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
)

var ctx = context.Background()

// ring is kms.Keys: the key one, with a version of the same id; off answers
// that it is INACTIVE, broken with an error that is not a sentinel.
type ring struct{ version *keyring.Version }

func (r ring) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	switch {
	case k == "off":
		return nil, keyring.ErrKeyInactive
	case k == "away":
		return nil, keyring.ErrUnavailable
	case k == "broken":
		return nil, errors.New("a secret cause")
	case k != "one":
		return nil, keyring.ErrNoKey
	case v != "" && v != "v1":
		return nil, keyring.ErrNoVersion
	}
	return r.version, nil
}

// mustServe runs a real server on loopback until the test ends.
func mustServe(t *testing.T) *client.Client {
	t.Helper()
	v, err := keyring.NewVersion("one", "v1", key.AES256, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	ln, err := server.Listen(ctx, "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(running, ln, server.Handler(rest.New(identity.None.Authenticator(), pipeline.Owner,
			rest.Crypto(kms.New(ring{v}, pipeline.Owner)))),
			server.Options{Log: log})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return mustNew(t, "http://"+ln.Addr().String()+"/")
}

func mustNew(t *testing.T, endpoint string) *client.Client {
	t.Helper()
	c, err := client.New(endpoint, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOperations: there and back, with every field filled in.
func TestOperations(t *testing.T) {
	c := mustServe(t)
	plaintext, aad := bytes.Repeat([]byte("\xfb\xff \x00"), 8<<10), bytes.Repeat([]byte("a"), 8<<10)
	sealed, err := c.Encrypt(ctx, new(api.Call), &api.EncryptRequest{KeyID: "one", VersionID: "v1", AADContext: aad,
		Plaintext: plaintext})
	if err != nil {
		t.Fatal(err)
	}
	if sealed.KeyID != "one" || sealed.VersionID != "v1" {
		t.Errorf("encrypt answers key %s, version %s", sealed.KeyID, sealed.VersionID)
	}
	again, err := c.ReEncrypt(ctx, new(api.Call), &api.ReEncryptRequest{KeyID: "one", VersionID: "v1",
		AADContext:  []byte("new"),
		SourceKeyID: "one", SourceAADContext: aad, Ciphertext: sealed.Ciphertext})
	if err != nil {
		t.Fatal(err)
	}
	if again.KeyID != "one" || again.VersionID != "v1" || again.SourceKeyID != "one" || again.SourceVersionID != "v1" {
		t.Errorf("reEncrypt answers %+v", again)
	}
	opened, err := c.Decrypt(ctx, new(api.Call), &api.DecryptRequest{KeyID: "one", VersionID: "v1",
		AADContext: []byte("new"), Ciphertext: again.Ciphertext})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Decrypt(ctx, new(api.Call), &api.DecryptRequest{KeyID: "one", VersionID: "v2",
		AADContext: []byte("new"), Ciphertext: again.Ciphertext})
	if err == nil || !strings.Contains(err.Error(), "it was made by version v1") {
		t.Errorf("decrypt as another version's: %v", err)
	}
	if !bytes.Equal(opened.Plaintext, plaintext) || opened.KeyID != "one" || opened.VersionID != "v1" {
		t.Errorf("decrypt answers key %s, version %s, %d bytes", opened.KeyID, opened.VersionID, len(opened.Plaintext))
	}
}

func TestGenerateDataKey(t *testing.T) {
	c := mustServe(t)
	for spec, size := range map[key.Algorithm]int{key.AES128: 16, key.AES192: 24, key.AES256: 32, key.AES256HSM: 32} {
		for _, skip := range []bool{false, true} {
			r, err := c.GenerateDataKey(ctx, new(api.Call),
				&api.GenerateDataKeyRequest{KeyID: "one", AADContext: []byte("a"), DataKeySpec: spec,
					SkipPlaintext: skip})
			if err != nil {
				t.Fatal(err)
			}
			opened, err := c.Decrypt(ctx, new(api.Call), &api.DecryptRequest{KeyID: "one", AADContext: []byte("a"),
				Ciphertext: r.DataKeyCiphertext})
			if err != nil {
				t.Fatal(err)
			}
			if len(opened.Plaintext) != size || skip && r.DataKeyPlaintext != nil || !skip &&
				!bytes.Equal(opened.Plaintext, r.DataKeyPlaintext) {
				t.Errorf("%v, skip %v: %d bytes of plaintext, %d in the ciphertext", spec, skip,
					len(r.DataKeyPlaintext), len(opened.Plaintext))
			}
		}
	}
}

// TestErrors: code and message are the server's.
func TestErrors(t *testing.T) {
	c := mustServe(t)
	for name, row := range map[string]struct {
		request api.EncryptRequest
		code    api.Code
		message string
	}{
		"no key": {api.EncryptRequest{KeyID: "none", Plaintext: []byte("x")}, api.NotFound, "no key none"},
		"no version": {api.EncryptRequest{KeyID: "one", VersionID: "v9", Plaintext: []byte("x")}, api.NotFound,
			"key one has no version v9"},
		"inactive": {api.EncryptRequest{KeyID: "off", Plaintext: []byte("x")}, api.FailedPrecondition,
			"key off is INACTIVE"},
		"no plaintext": {api.EncryptRequest{KeyID: "one"}, api.InvalidArgument, "plaintext: is required"},
		"too long": {api.EncryptRequest{KeyID: "one", Plaintext: make([]byte, 32769)}, api.InvalidArgument,
			"plaintext: is 32769 bytes long"},
		"body too large": {api.EncryptRequest{KeyID: "one", Plaintext: make([]byte, 256<<10)}, api.InvalidArgument,
			"the body is too large"},
		"away": {api.EncryptRequest{KeyID: "away", Plaintext: []byte("x")}, api.Unavailable,
			"the key store is unavailable: try again"},
		"internal": {api.EncryptRequest{KeyID: "broken", Plaintext: []byte("x")}, api.Internal,
			"internal error (request id "},
		"no key id": {api.EncryptRequest{Plaintext: []byte("x")}, api.InvalidArgument, "keyId: is required"},
		"bad key id": {api.EncryptRequest{KeyID: "../../x", Plaintext: []byte("x")}, api.InvalidArgument,
			"keyId: has a character outside"},
	} {
		_, err := c.Encrypt(ctx, new(api.Call), &row.request)
		wantError(t, name, err, row.code, row.message)
	}
	_, err := c.Decrypt(ctx, new(api.Call), &api.DecryptRequest{KeyID: "one", Ciphertext: []byte("vault:v1:abcdef")})
	wantError(t, "decrypt", err, api.InvalidArgument, "Bad ciphertext: it is a Vault")
	_, err = c.ReEncrypt(ctx, new(api.Call), &api.ReEncryptRequest{KeyID: "one", Ciphertext: []byte("x")})
	wantError(t, "reEncrypt", err, api.InvalidArgument, "sourceKeyId: is required")
	_, err = c.GenerateDataKey(ctx, new(api.Call), &api.GenerateDataKeyRequest{KeyID: "one"})
	wantError(t, "generateDataKey", err, api.InvalidArgument, "dataKeySpec: is unknown")
}

// wantError checks code and how the message begins.
func wantError(t *testing.T, name string, err error, code api.Code, message string) {
	t.Helper()
	var e *api.Error
	if !errors.As(err, &e) || e.Code != code || !strings.HasPrefix(e.Message, message) {
		t.Errorf("%s:\n got %v\nwant %v: %s", name, err, code, message)
	}
}
