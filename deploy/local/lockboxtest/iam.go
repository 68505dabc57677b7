package lockboxtest

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// DefaultServiceAccount is the one whose tokens the metadata service gives.
// Like every other it has no roles until it is granted some.
const DefaultServiceAccount = "aje0000000instance00"

// iamState is who may prove to be whom: by a token, or by a key for a token.
type iamState struct {
	tokens map[string]token
	keys   map[string]publicKey // by the key's id
}

type token struct {
	subject string
	expires time.Time
}

type publicKey struct {
	subject string
	*rsa.PublicKey
}

func newIAM() *iamState {
	return &iamState{tokens: map[string]token{}, keys: map[string]publicKey{}}
}

// Token issues an IAM token of a service account, uncounted.
func (s *Server) Token(subject string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, _ := s.issue(subject)
	return value
}

// ExpireTokens makes every token that was issued so far worthless.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.iam.tokens)
}

func (s *Server) issue(subject string) (string, token) {
	value := "t1." + base64.RawURLEncoding.EncodeToString(random(32))
	t := token{subject: subject, expires: s.clock.base().Add(s.behavior.tokenLifetime())}
	s.iam.tokens[value] = t
	return value, t
}

// open are the methods that need no token: they are how one gets one.
var open = map[string]bool{
	iam.IamTokenService_Create_FullMethodName:       true,
	endpoint.ApiEndpointService_Get_FullMethodName:  true,
	endpoint.ApiEndpointService_List_FullMethodName: true,
}

// authenticate puts the caller into the context.
func (s *Server) authenticate(ctx context.Context, method string) (context.Context, error) {
	if open[method] {
		return ctx, nil
	}
	header := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(header) != 1 {
		return nil, status.Error(codes.Unauthenticated, "want one authorization header with an IAM token")
	}
	value, ok := strings.CutPrefix(header[0], "Bearer ")
	t, known := s.iam.tokens[value]
	switch {
	case !ok:
		return nil, status.Error(codes.Unauthenticated, "want authorization of the kind Bearer")
	case !known:
		return nil, status.Error(codes.Unauthenticated, "the token is invalid")
	case !s.clock.base().Before(t.expires):
		return nil, status.Error(codes.Unauthenticated, "the token has expired")
	}
	return context.WithValue(ctx, callerKey{}, t.subject), nil
}

type callerKey struct{}

// caller is the subject that calls.
func caller(ctx context.Context) string {
	subject, _ := ctx.Value(callerKey{}).(string)
	return subject
}
