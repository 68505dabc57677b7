package cloud

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v4"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"

	"rekey/shared/secretfile"
)

const (
	// audience is whom a JWT for IAM is meant for, wherever IAM is reached.
	// https://yandex.cloud/en/docs/iam/operations/iam-token/create-for-sa
	audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens"
	// signedFor is how long the JWT may be exchanged: the longest that IAM
	// takes, since clocks differ. It says nothing of the token's own life.
	signedFor = time.Hour
)

// accountKey is an authorized key of a service account. The SDK reads and uses
// such keys too, with YAML, a logger and a client of HTTP that functions would
// link for it.
type accountKey struct {
	id, account string
	private     *rsa.PrivateKey
}

// parseKey reads the JSON that Yandex Cloud gives out once, when the key is
// made.
func parseKey(data []byte) (*accountKey, error) {
	var k struct {
		ID               string `json:"id"`
		ServiceAccountID string `json:"service_account_id"`
		PrivateKey       string `json:"private_key"` // PEM, after a line of text
	}
	if json.Unmarshal(data, &k) != nil {
		return nil, errors.New("it is not a JSON object")
	}
	if k.ID == "" || k.ServiceAccountID == "" {
		return nil, errors.New("id or service_account_id is missing")
	}
	private, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(k.PrivateKey))
	if err != nil {
		return nil, errors.New("private_key is not an RSA key in PEM")
	}
	return &accountKey{k.ID, k.ServiceAccountID, private}, nil
}

// sign makes the JWT that IAM exchanges for a token: RFC 7519, PS256.
func (k *accountKey) sign(now time.Time) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodPS256, jwt.RegisteredClaims{
		Issuer:    k.account,
		Audience:  jwt.ClaimStrings{audience},
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(signedFor)),
	})
	t.Header["kid"] = k.id
	return t.SignedString(k.private)
}

// maxKeyFile is what is read of a file with a key, 64 KiB: one has 2.4 KiB.
const maxKeyFile = 64 << 10

// keyFileSource exchanges the key in a file, which is read once.
func keyFileSource(file string, readable bool, l *Link) (func(context.Context) (token, error), error) {
	data, err := secretfile.Read(file, maxKeyFile, readable)
	if err != nil {
		return nil, fmt.Errorf("reading the service account's key: %s %w", file, err)
	}
	key, err := parseKey(data)
	if err != nil {
		return nil, fmt.Errorf("reading the service account's key: %w", noKey(file, err))
	}
	return func(ctx context.Context) (token, error) { return exchange(ctx, key, l) }, nil
}

// noKey names where something stands that is not a key, and not what stands there.
func noKey(from string, why error) error {
	return fmt.Errorf("%s holds no authorized key, as `yc iam key create` writes it: %w", from, why)
}

// exchange asks IAM for a token with a JWT that the key signs.
func exchange(ctx context.Context, key *accountKey, l *Link) (token, error) {
	signed, err := key.sign(wallClock())
	if err != nil {
		return token{}, fmt.Errorf("signing with the service account's key: %w", err)
	}
	client := iam.NewIamTokenServiceClient(l.current().conns[iamService])
	t, err := client.Create(ctx, &iam.CreateIamTokenRequest{Identity: &iam.CreateIamTokenRequest_Jwt{Jwt: signed}})
	if err != nil {
		return token{}, fmt.Errorf("exchanging the service account's key for a token: %w", err)
	}
	return token{t.IamToken, t.ExpiresAt.AsTime()}, nil
}
