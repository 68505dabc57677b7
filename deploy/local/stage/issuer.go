package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// issuer gives JSON Web Tokens, and shows the key that verifies them, by TLS as
// Terraform asks for.
type issuer struct {
	key    jose.JSONWebKey
	server *httptest.Server
}

// startIssuer starts an issuer and makes a token of its. For direct calls the
// token is that of Lockbox's IAM.
func (s *stage) startIssuer(context.Context) (err error) {
	if s.issuer, err = newIssuer(); err != nil {
		return err
	}
	if s.access == "iam" {
		s.token = s.lockbox.Token(caller)
		return nil
	}
	s.token, err = s.issuer.Token(jwt.Claims{Subject: "stage-caller", Audience: jwt.Audience{audience},
		Expiry: jwt.NewNumericDate(time.Now().Add(24 * time.Hour))})
	return err
}

func newIssuer() (*issuer, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	i := &issuer{key: jose.JSONWebKey{Key: private, KeyID: "stage", Algorithm: "ES256", Use: "sig"}}
	i.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{i.key.Public()}})
	}))
	return i, nil
}

// Token signs claims in the issuer's name.
func (i *issuer) Token(c jwt.Claims) (string, error) {
	c.Issuer = i.server.URL
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: i.key},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(c).Serialize()
}
