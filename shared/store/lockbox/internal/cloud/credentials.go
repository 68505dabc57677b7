package cloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Credentials say who we are to Lockbox. The zero value is the service account
// of the function or instance, which the metadata service knows.
type Credentials struct {
	// KeyFile is a file with an authorized key of a service account, as
	// `yc iam key create` writes it.
	KeyFile string
	// Readable takes a KeyFile that everybody may read, as mounts of Docker and
	// Kubernetes are.
	Readable bool
	// KeySecret is the ARN or name of a secret of AWS Secrets Manager whose
	// SecretString is what such a file holds. Only on AWS Lambda; see
	// readSecret.
	KeySecret string
	// Token is an IAM token. It ends after at most 12 hours, and nothing
	// replaces it: for a look at something, not for a service.
	Token string
}

// Format prints Credentials without the token, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "key file %q, key secret %q", c.KeyFile, c.KeySecret)
}

// source returns what fetches tokens.
func (c Credentials) source(l *Link) (func(context.Context) (token, error), error) {
	switch {
	case c.given() > 1:
		return nil, errors.New("more than one of a key file, a secret with a key and an IAM token is given: give one")
	case strings.ContainsFunc(c.Token, foreign):
		return nil, errors.New("the IAM token has a space, a line break or another character that no token has: see " +
			"its ends")
	case c.Token != "":
		return func(context.Context) (token, error) { return token{text: c.Token}, nil }, nil
	case c.KeyFile != "":
		return keyFileSource(c.KeyFile, c.Readable, l)
	case c.KeySecret != "":
		return (&keySecret{id: c.KeySecret, link: l}).token, nil
	}
	return metadataToken, nil
}

func (c Credentials) given() (n int) {
	for _, one := range []string{c.KeyFile, c.KeySecret, c.Token} {
		if one != "" {
			n++
		}
	}
	return n
}

// foreign reports whether no token has r. In a header gRPC would refuse it, as
// if Lockbox had broken down.
func foreign(r rune) bool { return r <= ' ' || r > '~' }
