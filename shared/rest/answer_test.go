package rest_test

import (
	"testing"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// TestEncodeResponse: bytes in standard padded base64, empty fields left out,
// the order that of the proto.
func TestEncodeResponse(t *testing.T) {
	const bytes64 = "+/++/j4/fgABAg=="
	for _, row := range []struct {
		response any
		want     string
	}{
		{&api.EncryptResponse{KeyID: "k", VersionID: "v", Ciphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","ciphertext":"` + bytes64 + `"}`},
		{&api.DecryptResponse{KeyID: "k", VersionID: "v", Plaintext: []byte(plain)},
			`{"keyId":"k","versionId":"v","plaintext":"` + bytes64 + `"}`},
		{&api.DecryptResponse{KeyID: "k", VersionID: "v", Plaintext: []byte{}}, `{"keyId":"k","versionId":"v"}`},
		{&api.ReEncryptResponse{KeyID: "k", VersionID: "v", SourceKeyID: "sk", SourceVersionID: "sv",
			Ciphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","sourceKeyId":"sk","sourceVersionId":"sv","ciphertext":"` + bytes64 + `"}`},
		{&api.GenerateDataKeyResponse{KeyID: "k", VersionID: "v", DataKeyPlaintext: []byte("x"),
			DataKeyCiphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","dataKeyPlaintext":"eA==","dataKeyCiphertext":"` + bytes64 + `"}`},
		{&api.GenerateDataKeyResponse{KeyID: "k", VersionID: "v", DataKeyCiphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","dataKeyCiphertext":"` + bytes64 + `"}`},
		{&api.EncryptResponse{}, `{}`}, {&api.DecryptResponse{}, `{}`}, {&api.ReEncryptResponse{}, `{}`},
		{&api.GenerateDataKeyResponse{}, `{}`},
	} {
		if got := string(rest.EncodeResponse(row.response)); got != row.want {
			t.Errorf("got  %s\nwant %s", got, row.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("what is no response did not panic")
		}
	}()
	rest.EncodeResponse(api.EncryptResponse{})
}

// TestHeaders: what every answer carries, and nothing else.
func TestHeaders(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{"plaintext":"eA=="}`, `{}`} {
		got := headers(w.post(t, "one:encrypt", body).Response)
		if len(got) != 2 || got["Content-Type"] != "application/json" || !uuid.MatchString(got["X-Request-Id"]) {
			t.Errorf("%s: headers are %v", body, got)
		}
	}
}

// TestSkipPlaintext leaves the plaintext out, and only then.
func TestSkipPlaintext(t *testing.T) {
	w := newWorld(t)
	for skip, want := range map[string]bool{"true": false, "false": true, "null": true} {
		a := w.post(t, "one:generateDataKey", `{"dataKeySpec":"AES_256","skipPlaintext":`+skip+`}`)
		a.wantOK(t, skip, "dataKeyCiphertext")
		if _, got := a.fields["dataKeyPlaintext"]; got != want {
			t.Errorf("skipPlaintext %s: the answer is %s", skip, a.Body)
		}
	}
}
