package lockboxtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"time"
)

// RegisterKey makes JWTs that are signed with a key good for tokens of a
// service account.
func (s *Server) RegisterKey(subject, keyID string, key *rsa.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.iam.keys[keyID] = publicKey{subject, key}
}

// AccountKey creates and registers a key of a service account, and returns
// the JSON that is downloaded for one: go-sdk's iamkey reads it.
func (s *Server) AccountKey(subject string) ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	pkix, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, err
	}
	id := newID("aje")
	s.RegisterKey(subject, id, &private.PublicKey)
	return json.MarshalIndent(map[string]string{
		"id":                 id,
		"service_account_id": subject,
		"created_at":         s.clock.base().UTC().Format(time.RFC3339),
		"key_algorithm":      "RSA_2048",
		"public_key":         inPEM("PUBLIC KEY", pkix),
		"private_key":        inPEM("PRIVATE KEY", pkcs8),
	}, "", "  ")
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// DeleteKeys deletes the keys of a service account: what they sign from then
// on is refused. Tokens that they were exchanged for stay good.
func (s *Server) DeleteKeys(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.iam.keys, func(_ string, k publicKey) bool { return k.subject == subject })
}
