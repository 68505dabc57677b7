package kms

import (
	"errors"
	"slices"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// TestOrderOfChecks mends one fault of a re-encryption at a time: each step's
// answer comes before those of the steps after it, and nothing is asked of
// the store before step 7.
func TestOrderOfChecks(t *testing.T) {
	allowed, r := two(t)
	refused := New(r, rules{"decrypt one"}.pipeline())
	good := mustEncrypt(t, allowed, "one", "aad", "x")
	r.asked = nil
	q := api.ReEncryptRequest{KeyID: "t wo", SourceKeyID: "o ne", VersionID: "v 1",
		SourceAADContext: make([]byte, 8193), Ciphertext: []byte("junk")}
	someone := api.Principal{Subject: "someone", By: "platform"}

	steps := []struct {
		name    string
		service *Service
		caller  api.Principal
		mend    func()
		code    api.Code
		message string
	}{
		{"nobody", refused, api.Principal{Subject: "forged"}, func() {}, api.Unauthenticated,
			"the caller is not authenticated"},
		{"key id", refused, someone, func() {}, api.InvalidArgument, "keyId: has a character outside [A-Za-z0-9._-] " +
			"at position 2"},
		{"source key id", refused, someone, func() { q.KeyID = "two" }, api.InvalidArgument,
			"sourceKeyId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"permission", refused, someone, func() { q.SourceKeyID = "one" }, api.PermissionDenied, "someone may not"},
		{"version", allowed, someone, func() {}, api.InvalidArgument,
			"versionId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"AAD", allowed, someone, func() { q.VersionID = "none" }, api.InvalidArgument,
			"sourceAadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"parse", allowed, someone, func() { q.SourceAADContext = []byte("wrong") }, api.InvalidArgument,
			"Bad ciphertext: not an RKY1 ciphertext"},
		{"key of the header", allowed, someone, func() { q.Ciphertext, q.SourceKeyID = good, "two" },
			api.InvalidArgument, "Bad ciphertext: it was made by key one"},
	}
	for _, s := range steps {
		s.mend()
		_, err := s.service.ReEncrypt(ctx, &api.Call{Principal: s.caller}, &q)
		wantError(t, s.name, err, s.code, s.message)
		if len(r.asked) > 0 {
			t.Fatalf("%s: the store was asked %v", s.name, r.asked)
		}
	}
	q.SourceKeyID = "one"
	_, err := allowed.ReEncrypt(ctx, &api.Call{Principal: someone}, &q)
	wantError(t, "target version", err, api.NotFound, "no key two")
	if len(r.asked) != 2 {
		t.Errorf("asked %v, want source and target at once", r.asked)
	}
	q.VersionID = ""
	_, err = allowed.ReEncrypt(ctx, &api.Call{Principal: someone}, &q)
	wantError(t, "open", err, api.InvalidArgument, "Bad ciphertext")
	q.SourceAADContext = []byte("aad")
	if _, err := allowed.ReEncrypt(ctx, &api.Call{Principal: someone}, &q); err != nil {
		t.Error(err)
	}
}

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

// TestStrangerLearnsNothing: the same 403 whether the key exists or not, and
// whatever else is wrong.
func TestStrangerLearnsNothing(t *testing.T) {
	s, r := two(t, "encrypt one", "encrypt none")
	for _, id := range []key.ID{"one", "none"} {
		malformed := api.Errorf(api.InvalidArgument, "the body is not JSON")
		for _, row := range []struct {
			q         api.EncryptRequest
			malformed error
		}{
			{api.EncryptRequest{KeyID: id, Plaintext: []byte("x")}, nil},
			{api.EncryptRequest{KeyID: id}, nil},
			{api.EncryptRequest{KeyID: id}, malformed},
			{api.EncryptRequest{KeyID: id, VersionID: "bad id"}, nil},
		} {
			_, err := s.Encrypt(ctx, &api.Call{Principal: api.Anonymous, Malformed: row.malformed}, &row.q)
			wantError(t, string(id), err, api.PermissionDenied, " may not")
		}
	}
	if len(r.asked) > 0 {
		t.Errorf("the store was asked %v", r.asked)
	}
}

// TestMalformedHidesKey: a body that could not be read is reported as such,
// not as one without a key id.
func TestMalformedHidesKey(t *testing.T) {
	s, _ := two(t)
	c := &api.Call{Principal: api.Anonymous, Malformed: api.Errorf(api.InvalidArgument, "the body is cut short")}
	_, err := s.Encrypt(ctx, c, &api.EncryptRequest{})
	wantError(t, "malformed", err, api.InvalidArgument, "the body is cut short")
	_, err = s.Encrypt(ctx, api.Own(), &api.EncryptRequest{})
	wantError(t, "empty", err, api.InvalidArgument, "keyId: is required")
}

// TestOrderOfVersion: the version that a decryption asks for is judged with the
// other fields, and held against the ciphertext's after the key.
func TestOrderOfVersion(t *testing.T) {
	s, r := two(t)
	sealed := mustEncrypt(t, s, "one", "", "x")
	r.asked = nil
	for _, row := range []struct {
		key        key.ID
		version    key.VersionID
		ciphertext []byte
		message    string
	}{
		{"one", "v 1", []byte("junk"), "versionId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"one", "v9", []byte("junk"), "Bad ciphertext: not an RKY1 ciphertext"},
		{"two", "v9", sealed, "Bad ciphertext: it was made by key one"},
		{"one", "v9", sealed, "Bad ciphertext: it was made by version v1"},
	} {
		_, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: row.key, VersionID: row.version,
			Ciphertext: row.ciphertext})
		wantError(t, row.message, err, api.InvalidArgument, row.message)
	}
	if len(r.asked) > 0 {
		t.Errorf("the store was asked %v", r.asked)
	}
	for _, version := range []key.VersionID{"", "v1"} {
		if _, err := s.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", VersionID: version,
			Ciphertext: sealed}); err != nil {
			t.Errorf("%q: %v", version, err)
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
