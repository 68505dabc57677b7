package cloud

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
)

// mustPEM is a new RSA private key, in the form that encode gives it.
func mustPEM(t *testing.T, kind string, encode func(*rsa.PrivateKey) []byte) string {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: encode(k)}))
}

// TestParseKey: Yandex Cloud writes a line of text before the PEM. What is
// wrong with a key is said without a word of it.
func TestParseKey(t *testing.T) {
	pkcs1 := mustPEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey)
	pkcs8 := mustPEM(t, "PRIVATE KEY", func(k *rsa.PrivateKey) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return der
	})
	for name, test := range map[string]struct {
		id, account, private string
		want                 string // in the error
	}{
		"PKCS 8": {"aje1", "aje2", "PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <aje1>\n" + pkcs8,
			""},
		"PKCS 1":         {"aje1", "aje2", pkcs1, ""},
		"no id":          {"", "aje2", pkcs8, "id or service_account_id is missing"},
		"a user's":       {"aje1", "", pkcs8, "id or service_account_id is missing"},
		"no private key": {"aje1", "aje2", "", "not an RSA key in PEM"},
		"cut short":      {"aje1", "aje2", pkcs8[:len(pkcs8)-60], "not an RSA key in PEM"},
		"another's label": {"aje1", "aje2", strings.ReplaceAll(pkcs8, "PRIVATE", "PUBLIC")[:300],
			"not an RSA key in PEM"},
	} {
		data, err := json.Marshal(map[string]string{"id": test.id, "service_account_id": test.account,
			"private_key": test.private, "key_algorithm": "RSA_2048"})
		if err != nil {
			t.Fatal(err)
		}
		k, err := parseKey(data)
		switch {
		case test.want == "" && (err != nil || k.id != test.id || k.account != test.account):
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: error is %v, want %q", name, err, test.want)
		}
	}
	if _, err := parseKey([]byte(`t1.token`)); err == nil || strings.Contains(err.Error(), "t1.token") {
		t.Errorf("no JSON: error is %v", err)
	}
}
