package deploy_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/rest"
)

// random are the fields of the answer that are another each time.
func (x *trial) random() []string {
	switch {
	case x.status != http.StatusOK:
		return nil
	case x.OperationID == api.GenerateDataKey.String():
		return []string{"dataKeyPlaintext", "dataKeyCiphertext"}
	case x.OperationID != api.Decrypt.String():
		return []string{"ciphertext"}
	}
	return nil
}

// without is the answer with "..." for what is another each time: that it is
// there still counts.
func without(answer map[string]any, random []string) map[string]any {
	out := maps.Clone(answer)
	for _, name := range random {
		if out[name] != nil {
			out[name] = "..."
		}
	}
	return out
}

// checkSealed decrypts what the document shows: with the key of the path and
// the request's AAD it is what was to be encrypted. (That of the server is the
// suite's to try.)
func (x *trial) checkSealed(t *testing.T, base string) {
	t.Helper()
	asked, sealed := mustMap(t, []byte(x.body)), x.answer["ciphertext"]
	var want any
	switch x.OperationID {
	case api.Encrypt.String():
		want = asked["plaintext"]
	case api.ReEncrypt.String():
		want = open(t, base, asked["sourceKeyId"].(string), asked["ciphertext"], asked["sourceAadContext"])
	default:
		want, sealed = x.answer["dataKeyPlaintext"], x.answer["dataKeyCiphertext"]
	}
	got := open(t, base, x.key, sealed, asked["aadContext"])
	if asked["skipPlaintext"] == true {
		want = got
	}
	if got == nil || got != want {
		t.Errorf("the ciphertext decrypts to %v, want %v", got, want)
	}
	if name, ok := asked["dataKeySpec"].(string); ok {
		a, err := key.ParseAlgorithm(name)
		bytes, bad := base64.StdEncoding.DecodeString(fmt.Sprint(got))
		if err != nil || bad != nil || len(bytes) != a.KeySize() {
			t.Errorf("a data key of %s has %d bytes", name, len(bytes))
		}
	}
}

// open is the plaintext of a ciphertext, in base64.
func open(t *testing.T, base, keyID string, ciphertext, aad any) any {
	t.Helper()
	x := &trial{operation: operation{path: rest.Prefix + "{keyId}:decrypt"}, method: http.MethodPost, key: keyID,
		body: mustMarshal(t, map[string]any{"ciphertext": ciphertext, "aadContext": aad})}
	g := x.send(t, base)
	if g.status != http.StatusOK {
		t.Errorf("%s:decrypt: %d %s", keyID, g.status, g.body)
	}
	return mustMap(t, g.body)["plaintext"]
}
