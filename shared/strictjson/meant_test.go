package strictjson_test

import (
	"strings"
	"testing"

	"rekey/shared/strictjson"
)

func TestMeant(t *testing.T) {
	names := []string{"keyId", "versionId", "aadContext", "sourceKeyId", "sourceAadContext", "ciphertext"}
	for name, want := range map[string]string{
		"KeyId": "keyId", "keyID": "keyId", "key-id": "keyId", "KEY_ID": "keyId", "keyd": "keyId", "kyeId": "keyId",
		"aad": "aadContext", "keyIds": "keyId", "secondKeyId": "", "sourceaad": "sourceAadContext", "source": "",
		"version": "versionId", "vesrionId": "versionId",
		"cipher": "ciphertext", "cipher_text": "ciphertext", "ciphertexts": "ciphertext", "cyphertext": "ciphertext",
		"ciphrtxt":  "ciphertext",
		"plaintext": "", "extra": "", "": "", "x": "", "ciphertextBase64": "ciphertext",
		strings.Repeat("ciphertext", 5): "",
	} {
		if got := strictjson.Meant(name, names); got != want {
			t.Errorf("%q means %q, want %q", name, got, want)
		}
	}
}
