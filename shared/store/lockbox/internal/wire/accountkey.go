package wire

import (
	"context"
	"fmt"
	"os"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/iamkey"
)

// accountKey is an authorized key of a service account, which signs JWTs.
type accountKey = credentials.ExchangeableCredentials

// keyFileSource exchanges the key in a file, which is read once.
func keyFileSource(file string, l *Link) (func(context.Context) (token, error), error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the service account's key: %w", err)
	}
	key, err := parseKey(file, data)
	if err != nil {
		return nil, fmt.Errorf("reading the service account's key: %w", err)
	}
	return func(ctx context.Context) (token, error) { return exchange(ctx, key, l) }, nil
}

// exchange asks IAM for a token with a JWT that the key signs.
func exchange(ctx context.Context, key accountKey, l *Link) (token, error) {
	signed, err := key.IAMTokenRequest()
	if err != nil {
		return token{}, fmt.Errorf("signing with the service account's key: %w", err)
	}
	client := iam.NewIamTokenServiceClient(l.current().conns[iamService])
	t, err := client.Create(ctx, &iam.CreateIamTokenRequest{Identity: &iam.CreateIamTokenRequest_Jwt{Jwt: signed.Token}})
	if err != nil {
		return token{}, fmt.Errorf("exchanging the service account's key for a token: %w", err)
	}
	return token{t.IamToken, t.ExpiresAt.AsTime()}, nil
}

// parseKey reads a key that came from somewhere. It does not say what JSON it
// cannot read: the SDK's words for that repeat it.
func parseKey(from string, data []byte) (accountKey, error) {
	read, err := iamkey.ReadFromJSONBytes(data)
	if err != nil {
		return nil, fmt.Errorf("%s holds no authorized key, as `yc iam key create` writes it", from)
	}
	key, err := credentials.ServiceAccountKey(read)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return key, nil
}
