package kms

import (
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// warm is a ring that knows all that it has without being asked.
type warm struct{ *ring }

func (w warm) Hit(k key.ID, v key.VersionID) *keyring.Version { return w.versions[ask{k, v}] }

// TestTrace: who asks for a trace gets the one that is recorded, also of what
// fails; the version is the one that was used, or else asked for.
func TestTrace(t *testing.T) {
	_, keys := two(t)
	var rec recorder
	cold, hot := New(keys, nil, &rec), New(warm{keys}, nil, &rec)
	sealed := mustEncrypt(t, cold, "one", "", "x")
	reEncryption := api.Trace{Operation: api.ReEncrypt, KeyID: "two", VersionID: "v1", SourceKeyID: "one",
		SourceVersionID: "v1", Resolved: true}
	hit := reEncryption
	hit.CacheHit = true

	for name, row := range map[string]struct {
		call func(trace *api.Trace)
		want api.Trace
	}{
		"encrypt": {func(trace *api.Trace) {
			cold.Encrypt(ctx, api.Anonymous, &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x"), Trace: trace})
		}, api.Trace{Operation: api.Encrypt, KeyID: "one", VersionID: "v1", Resolved: true}},
		"encrypt, hit": {func(trace *api.Trace) {
			hot.Encrypt(ctx, api.Anonymous, &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x"), Trace: trace})
		}, api.Trace{Operation: api.Encrypt, KeyID: "one", VersionID: "v1", Resolved: true, CacheHit: true}},
		"encrypt, no such version": {func(trace *api.Trace) {
			hot.Encrypt(ctx, api.Anonymous, &api.EncryptRequest{KeyID: "one", VersionID: "v7", Plaintext: []byte("x"),
				Trace: trace})
		}, api.Trace{Operation: api.Encrypt, KeyID: "one", VersionID: "v7", Resolved: true}},
		"encrypt, nothing": {func(trace *api.Trace) {
			hot.Encrypt(ctx, api.Anonymous, &api.EncryptRequest{KeyID: "one", Trace: trace})
		}, api.Trace{Operation: api.Encrypt, KeyID: "one"}},
		"decrypt, hit, wrong AAD": {func(trace *api.Trace) {
			hot.Decrypt(ctx, api.Anonymous, &api.DecryptRequest{KeyID: "one", AADContext: []byte("x"),
				Ciphertext: sealed, Trace: trace})
		}, api.Trace{Operation: api.Decrypt, KeyID: "one", VersionID: "v1", Resolved: true, CacheHit: true}},
		"reEncrypt": {func(trace *api.Trace) {
			cold.ReEncrypt(ctx, api.Anonymous, &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed, Trace: trace})
		}, reEncryption},
		"reEncrypt, hit": {func(trace *api.Trace) {
			hot.ReEncrypt(ctx, api.Anonymous, &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed, Trace: trace})
		}, hit},
		"generateDataKey, hit": {func(trace *api.Trace) {
			hot.GenerateDataKey(ctx, api.Anonymous, &api.GenerateDataKeyRequest{KeyID: "two", DataKeySpec: key.AES256,
				Trace: trace})
		}, api.Trace{Operation: api.GenerateDataKey, KeyID: "two", VersionID: "v1", Resolved: true, CacheHit: true}},
	} {
		var got api.Trace
		row.call(&got)
		if got != row.want || rec.last.Trace != row.want {
			t.Errorf("%s:\n got %+v,\n and %+v on record\nwant %+v", name, got, rec.last.Trace, row.want)
		}
	}
}
