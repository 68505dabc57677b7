package lockboxtest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// audience is whom a JWT for IAM must be meant for.
const audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens"

// claims are what a JWT for IAM says; both times are Unix seconds.
type claims struct {
	Issuer   string   `json:"iss"`
	Audience oneOrAll `json:"aud"`
	IssuedAt float64  `json:"iat"`
	Expires  float64  `json:"exp"`
}

// oneOrAll is a string or a list of strings: JWT allows both.
type oneOrAll []string

func (l *oneOrAll) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = oneOrAll{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// verify returns the service account whose registered key signed the JWT.
func (i *iamState) verify(jwt string, now time.Time) (subject string, err error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return "", errors.New("has not three parts")
	}
	var header struct{ Alg, Kid string }
	if err := decode(parts[0], &header); err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	k, ok := i.keys[header.Kid]
	switch {
	case header.Alg != "PS256":
		return "", errors.New("is not signed with PS256")
	case !ok:
		return "", errors.New("is signed with an unknown key")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", fmt.Errorf("signature: %w", err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPSS(k.PublicKey, crypto.SHA256, digest[:], signature, nil); err != nil {
		return "", errors.New("has a wrong signature")
	}
	var c claims
	if err := decode(parts[1], &c); err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	return k.subject, c.check(k.subject, now)
}

// check holds the claims against the documented rules: the account issues it
// for IAM, for an hour at most. A minute of difference between clocks is let
// pass.
func (c claims) check(subject string, now time.Time) error {
	const leeway = 60
	at := float64(now.Unix())
	switch {
	case c.Issuer != subject:
		return errors.New("iss is not the service account of the key")
	case len(c.Audience) != 1 || c.Audience[0] != audience:
		return errors.New("aud is not " + audience)
	case c.IssuedAt > at+leeway:
		return errors.New("iat is in the future")
	case c.Expires <= at-leeway:
		return errors.New("has expired")
	case c.Expires-c.IssuedAt > 3600:
		return errors.New("is valid for more than an hour")
	}
	return nil
}

func decode(part string, into any) error {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
