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

// TestTrace: a call knows what was found, also of what fails, and is what is
// recorded; the version is the one that was used, or else asked for.
func TestTrace(t *testing.T) {
	_, keys := two(t)
	var rec recorder
	cold, hot := New(keys, recorded(&rec)), New(warm{keys}, recorded(&rec))
	sealed := mustEncrypt(t, cold, "one", "", "x")
	reEncryption := api.Call{Operation: api.ReEncrypt, KeyID: "two", VersionID: "v1", SourceKeyID: "one",
		SourceVersionID: "v1", Resolved: true}
	hit := reEncryption
	hit.CacheHit = true

	for name, row := range map[string]struct {
		call func(c *api.Call)
		want api.Call
	}{
		"encrypt": {func(c *api.Call) {
			cold.Encrypt(ctx, c, &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		}, api.Call{Operation: api.Encrypt, KeyID: "one", VersionID: "v1", Resolved: true}},
		"encrypt, hit": {func(c *api.Call) {
			hot.Encrypt(ctx, c, &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		}, api.Call{Operation: api.Encrypt, KeyID: "one", VersionID: "v1", Resolved: true, CacheHit: true}},
		"encrypt, no such version": {func(c *api.Call) {
			hot.Encrypt(ctx, c, &api.EncryptRequest{KeyID: "one", VersionID: "v7", Plaintext: []byte("x")})
		}, api.Call{Operation: api.Encrypt, KeyID: "one", VersionID: "v7", Resolved: true}},
		"encrypt, nothing": {func(c *api.Call) {
			hot.Encrypt(ctx, c, &api.EncryptRequest{KeyID: "one"})
		}, api.Call{Operation: api.Encrypt, KeyID: "one"}},
		"decrypt, hit, wrong AAD": {func(c *api.Call) {
			hot.Decrypt(ctx, c, &api.DecryptRequest{KeyID: "one", AADContext: []byte("x"),
				Ciphertext: sealed})
		}, api.Call{Operation: api.Decrypt, KeyID: "one", VersionID: "v1", Resolved: true, CacheHit: true}},
		"reEncrypt": {func(c *api.Call) {
			cold.ReEncrypt(ctx, c, &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed})
		}, reEncryption},
		"reEncrypt, hit": {func(c *api.Call) {
			hot.ReEncrypt(ctx, c, &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
				Ciphertext: sealed})
		}, hit},
		"generateDataKey, hit": {func(c *api.Call) {
			hot.GenerateDataKey(ctx, c, &api.GenerateDataKeyRequest{KeyID: "two", DataKeySpec: key.AES256})
		}, api.Call{Operation: api.GenerateDataKey, KeyID: "two", VersionID: "v1", Resolved: true, CacheHit: true}},
	} {
		got := api.Own()
		row.call(got)
		row.want.Principal = api.Anonymous
		if *got != row.want || rec.last.Call != got {
			t.Errorf("%s:\n got %+v,\n and %+v on record\nwant %+v", name, got, rec.last.Call, row.want)
		}
	}
}
