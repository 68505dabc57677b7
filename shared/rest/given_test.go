package rest_test

import (
	"strings"
	"testing"

	"rekey/shared/api"
)

// TestAnswersDecrypt: the answers of encrypt and reEncrypt are requests of
// decrypt as they stand.
func TestAnswersDecrypt(t *testing.T) {
	w := newWorld(t)
	sealed := w.post(t, "one:encrypt", `{"plaintext":"`+b64(plain)+`"}`)
	moved := w.post(t, "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"`+sealed.text("ciphertext")+`"}`)
	for action, a := range map[string]answer{"one:decrypt": sealed, "two:decrypt": moved} {
		if got := w.post(t, action, string(a.Body)).wantOK(t, action, "plaintext"); string(got) != plain {
			t.Errorf("%s of %s: got % x", action, a.Body, got)
		}
	}
	good := moved.text("ciphertext")
	for _, row := range [][2]string{
		{`"versionId":"v1","version_id":"v1"`, "versionId: duplicate field"},
		{`"sourceKeyId":"one","source_key_id":"one"`, "sourceKeyId: duplicate field"},
		{`"sourceVersionId":"v1","sourceVersionId":null`, "sourceVersionId: duplicate field"},
		{`"versionId":1`, "versionId: is a number, want a string"},
		{`"sourceKeyId":["one"]`, "sourceKeyId: is an array, want a string"},
		{`"source_version_id":{}`, "sourceVersionId: is an object, want a string"},
		{`"versionId":"v 1"`, "versionId: has a character outside [A-Za-z0-9._-] at position 2"},
		{`"versionId":"v2"`, "Bad ciphertext: it was made by version v1"},
		{`"version_id":"v2"`, "Bad ciphertext: it was made by version v1"},
		{`"versionId":"v2","keyId":"two"`, "Bad ciphertext: it was made by version v1"},
		{`"sourceAadContext":""`, `"sourceAadContext": unknown field: ...`},
	} {
		w.ring.asked = nil
		w.post(t, "two:decrypt", `{"ciphertext":"`+good+`",`+row[0]+`}`).wantError(t, row[0], 400, api.InvalidArgument,
			row[1])
		w.wantUnasked(t, row[0])
	}
	w.post(t, "one:decrypt", `{"ciphertext":"`+good+`","versionId":"v2"}`).
		wantError(t, "another key and version", 400, api.InvalidArgument, "Bad ciphertext: it was made by key two")
	for _, absent := range []string{`"versionId":""`, `"versionId":null,"sourceKeyId":null`,
		`"sourceKeyId":"no id of any kind!"`} {
		w.post(t, "two:decrypt", `{"ciphertext":"`+good+`",`+absent+`}`).wantOK(t, absent, "plaintext")
	}
}

// TestFieldsTold: an unknown field is told which there are, and which is meant.
func TestFieldsTold(t *testing.T) {
	w := newWorld(t)
	all := map[string]string{
		"encrypt":         "keyId, versionId, aadContext and plaintext",
		"decrypt":         "keyId, versionId, aadContext and ciphertext",
		"reEncrypt":       "keyId, versionId, aadContext, sourceKeyId, sourceAadContext and ciphertext",
		"generateDataKey": "keyId, versionId, aadContext, dataKeySpec and skipPlaintext",
	}
	for _, row := range [][3]string{
		{"encrypt", "KeyId", "keyId"}, {"encrypt", "aad", "aadContext"}, {"encrypt", "plain_text", "plaintext"},
		{"encrypt", "Plaintext", "plaintext"},
		{"encrypt", "plaintxt", "plaintext"}, {"encrypt", "EncryptionContext", "aadContext"},
		{"encrypt", "additional_authenticated_data", "aadContext"},
		{"encrypt", "data", "plaintext"}, {"encrypt", "key_Id", "keyId"}, {"encrypt", "aad_Context", "aadContext"},
		{"encrypt", "keyVersion", "versionId"},
		{"decrypt", "CiphertextBlob", "ciphertext"}, {"decrypt", "dataKeyCiphertext", "ciphertext"},
		{"decrypt", "cipherText", "ciphertext"},
		{"reEncrypt", "sourceAad", "sourceAadContext"}, {"reEncrypt", "SourceKeyId", "sourceKeyId"},
		{"reEncrypt", "sourceKeyID", "sourceKeyId"},
		{"reEncrypt", "sourceEncryptionContext", "sourceAadContext"}, {"reEncrypt", "DestinationKeyId", "keyId"},
		{"generateDataKey", "KeySpec", "dataKeySpec"}, {"generateDataKey", "NumberOfBytes", "dataKeySpec"},
		{"generateDataKey", "skip_plain_text", "skipPlaintext"},
		{"encrypt", "ciphertext", ""}, {"encrypt", "sourceKeyId", ""}, {"decrypt", "plaintext", ""},
		{"generateDataKey", "plaintext", ""},
		{"encrypt", "extra", ""}, {"encrypt", "", ""}, {"encrypt", strings.Repeat("keyId", 9), ""},
	} {
		want := "unknown field: the fields are " + all[row[0]]
		if row[2] != "" {
			want = "unknown field: did you mean " + row[2] + "? The fields are " + all[row[0]]
		}
		a := w.post(t, "one:"+row[0], `{"`+row[1]+`":"eA=="}`)
		if a.Status != 400 || !strings.HasSuffix(a.text("message"), `: `+want) {
			t.Errorf("%s, %s: got %s, want %s", row[0], row[1], a.Body, want)
		}
	}
}
