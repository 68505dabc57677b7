package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/iamkey"
)

// Credentials say who we are to Lockbox. The zero value is the service account
// of the function or instance, which the metadata service knows.
type Credentials struct {
	// KeyFile is a file with an authorized key of a service account, as
	// `yc iam key create` writes it.
	KeyFile string
	// Token is an IAM token. It ends after at most 12 hours, and nothing
	// replaces it: for a look at something, not for a service.
	Token string
}

// Format prints Credentials without the token, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "key file %q", c.KeyFile) }

// source returns what fetches tokens.
func (c Credentials) source(l *Link) (func(context.Context) (token, error), error) {
	switch {
	case c.KeyFile != "" && c.Token != "":
		return nil, errors.New("both a key file and an IAM token are given: give one")
	case strings.ContainsFunc(c.Token, foreign):
		return nil, errors.New("the IAM token has a space, a line break or another character that no token has: see its ends")
	case c.Token != "":
		return func(context.Context) (token, error) { return token{text: c.Token}, nil }, nil
	case c.KeyFile != "":
		return keySource(c.KeyFile, l)
	}
	return metadataToken, nil
}

// foreign reports whether no token has r. In a header gRPC would refuse it, as
// if Lockbox had broken down.
func foreign(r rune) bool { return r <= ' ' || r > '~' }

// keySource exchanges a JWT that the service account's key signs for a token.
func keySource(file string, l *Link) (func(context.Context) (token, error), error) {
	key, err := readKey(file)
	if err != nil {
		return nil, fmt.Errorf("reading the service account's key: %w", err)
	}
	return func(ctx context.Context) (token, error) {
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
	}, nil
}

// readKey does not say what JSON it cannot read: the SDK's words for that
// repeat it.
func readKey(file string) (credentials.ExchangeableCredentials, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read, err := iamkey.ReadFromJSONBytes(data)
	if err != nil {
		return nil, fmt.Errorf("%s holds no authorized key, as `yc iam key create` writes it", file)
	}
	key, err := credentials.ServiceAccountKey(read)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}
