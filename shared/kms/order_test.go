package kms

import (
	"errors"
	"slices"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// TestPermissions: which operation with which key each method asks for.
func TestPermissions(t *testing.T) {
	const re = "reEncrypt to one from two"
	for refuse, denied := range map[string][]string{
		"encrypt one":         {"encrypt", re},
		"decrypt one":         {"decrypt"},
		"generateDataKey one": {"generateDataKey"},
		"decrypt two":         {re},
		"encrypt two":         nil,
		"reEncrypt one":       nil,
	} {
		free, _ := two(t)
		s, _ := two(t, refuse)
		sealed := mustEncrypt(t, free, "one", "", "x")
		calls := map[string]error{}
		_, calls["encrypt"] = s.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		_, calls["decrypt"] = s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", Ciphertext: sealed})
		_, calls["generateDataKey"] = s.GenerateDataKey(ctx, api.Own(),
			&api.GenerateDataKeyRequest{KeyID: "one", DataKeySpec: key.AES128})
		_, calls[re] = s.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "one", SourceKeyID: "two",
			Ciphertext: mustEncrypt(t, free, "two", "", "x")})
		for name, err := range calls {
			var e *api.Error
			if got := errors.As(err, &e) && e.Code == api.PermissionDenied; got != slices.Contains(denied, name) {
				t.Errorf("without %q, %s: %v", refuse, name, err)
			}
		}
	}
}

// TestStateBeforeOpening: a version that is not usable says so whether the
// ciphertext would open or not.
func TestStateBeforeOpening(t *testing.T) {
	a := attack(t)
	for state, message := range map[error]string{
		keyring.ErrKeyInactive:      "key one is INACTIVE",
		keyring.ErrVersionScheduled: "version v1 of key one is SCHEDULED_FOR_DESTRUCTION",
		keyring.ErrVersionDestroyed: "version v1 of key one is DESTROYED",
	} {
		a.ring.errs[ask{"one", "v1"}] = state
		a.refuses(t, message, a.good, "aad", api.FailedPrecondition, message)
		a.refuses(t, message+", another AAD", a.good, "wrong", api.FailedPrecondition, message)
	}
}
