package lockboxtest

import (
	"context"
	"strings"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// DefaultServiceAccount is the one whose tokens the metadata service gives.
// Like every other it has no roles until it is granted some.
const DefaultServiceAccount = "aje0000000instance00"

// token is an IAM token.
type token struct {
	subject string
	expires time.Time
}

type tokenService struct {
	iam.UnimplementedIamTokenServiceServer
	s *Server
}

// Create exchanges the JWT of a service account's key. There are no users
// here, so OAuth tokens are nobody's.
func (t tokenService) Create(_ context.Context, r *iam.CreateIamTokenRequest) (*iam.CreateIamTokenResponse, error) {
	subject, err := t.s.verify(r.GetJwt())
	if err != nil {
		return nil, status.Errorf(codes.Unauthenticated, "JWT: %v", err)
	}
	value, issued := t.s.issue(subject)
	return &iam.CreateIamTokenResponse{IamToken: value, ExpiresAt: timestamppb.New(issued.expires)}, nil
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
	clear(s.tokens)
}

func (s *Server) issue(subject string) (string, token) {
	life := s.behavior.TokenLifetime
	if life == 0 {
		life = 12 * time.Hour
	}
	value, t := "t1."+random(43), token{subject, s.clock().Add(life)}
	s.tokens[value] = t
	return value, t
}

// authenticate tells who calls, by the token.
func (s *Server) authenticate(ctx context.Context) (subject string, err error) {
	header := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(header) != 1 {
		return "", status.Error(codes.Unauthenticated, "want one authorization header with an IAM token")
	}
	value, ok := strings.CutPrefix(header[0], "Bearer ")
	t, known := s.tokens[value]
	if !ok || !known || !s.clock().Before(t.expires) {
		return "", status.Error(codes.Unauthenticated, "the token is invalid or has expired")
	}
	return t.subject, nil
}

// Dial connects to a server in plaintext as a service account: for a test that
// is to do what an administrator does meanwhile. Its calls are counted and can
// fail like others; its tokens, a new one for every call, are not counted.
func (s *Server) Dial(subject string) (*grpc.ClientConn, error) {
	return grpc.NewClient(s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, c *grpc.ClientConn,
			invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+s.Token(subject))
			return invoke(ctx, method, req, reply, c, opts...)
		}))
}
