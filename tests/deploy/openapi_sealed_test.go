package deploy_test

import (
	"encoding/base64"
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

// checkSealed decrypts what was sealed: with the key of the path and the
// request's AAD it is what was to be encrypted.
func (x *trial) checkSealed(t *testing.T, base string, answer map[string]any, whose string) {
	t.Helper()
	asked := mustMap(t, []byte(x.body))
	switch x.OperationID {
	case api.Encrypt.String():
		x.wantPlaintext(t, whose, open(t, base, x.key, answer["ciphertext"], asked["aadContext"]), asked["plaintext"])
	case api.ReEncrypt.String():
		before := open(t, base, asked["sourceKeyId"].(string), asked["ciphertext"], asked["sourceAadContext"])
		x.wantPlaintext(t, whose, open(t, base, x.key, answer["ciphertext"], asked["aadContext"]), before)
	default:
		dataKey := open(t, base, x.key, answer["dataKeyCiphertext"], asked["aadContext"])
		if asked["skipPlaintext"] != true {
			x.wantPlaintext(t, whose, dataKey, answer["dataKeyPlaintext"])
		}
		x.checkSize(t, whose, dataKey, asked["dataKeySpec"])
	}
}

func (x *trial) wantPlaintext(t *testing.T, whose string, got, want any) {
	t.Helper()
	if want == nil || got != want {
		t.Errorf("%s ciphertext decrypts to %v, want %v", whose, got, want)
	}
}

func (x *trial) checkSize(t *testing.T, whose string, dataKey, spec any) {
	t.Helper()
	text, _ := dataKey.(string)
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Errorf("%s data key: %v", whose, err)
	}
	name, _ := spec.(string)
	if a, err := key.ParseAlgorithm(name); err != nil || len(bytes) != a.KeySize() {
		t.Errorf("%s data key of %v has %d bytes", whose, spec, len(bytes))
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
