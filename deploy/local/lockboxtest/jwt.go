package lockboxtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// audience is whom a JWT for IAM must be meant for.
const audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens"

// accountKey is the public half of a key of a service account.
type accountKey struct {
	subject string
	*rsa.PublicKey
}

// AccountKey creates and registers a key of a service account, and returns
// the JSON that is downloaded for one.
func (s *Server) AccountKey(subject string) ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "aje" + random(17)
	s.keys[id] = accountKey{subject, &private.PublicKey}
	return json.Marshal(map[string]string{
		"id": id, "service_account_id": subject, "key_algorithm": "RSA_2048",
		"private_key": "PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <" + id + ">\n" +
			string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
}

// DeleteKeys deletes the keys of a service account: what they sign from then
// on is refused. Tokens that they were exchanged for stay good.
func (s *Server) DeleteKeys(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.keys, func(_ string, k accountKey) bool { return k.subject == subject })
}

// verify returns the service account whose key signed a JWT as documented: the
// account issues it for IAM, for an hour at most. A minute of difference
// between clocks is let pass.
func (s *Server) verify(text string) (subject string, err error) {
	signed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.PS256})
	if err != nil {
		return "", err
	}
	k, ok := s.keys[signed.Headers[0].KeyID]
	if !ok {
		return "", errors.New("is signed with an unknown key")
	}
	var c jwt.Claims
	if err := signed.Claims(k.PublicKey, &c); err != nil {
		return "", err
	}
	if life := c.Expiry.Time().Sub(c.IssuedAt.Time()); c.Expiry == nil || c.IssuedAt == nil || life > time.Hour {
		return "", errors.New("has no iat, no exp, or more than an hour between them")
	}
	want := jwt.Expected{Issuer: k.subject, AnyAudience: jwt.Audience{audience}, Time: s.clock()}
	return k.subject, c.ValidateWithLeeway(want, time.Minute)
}
