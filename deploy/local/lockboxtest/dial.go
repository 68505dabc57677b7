package lockboxtest

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Dial connects to the server as a service account: for a test that is to do
// what an administrator does meanwhile. Its calls are counted and can fail
// like others; its tokens are not counted.
func (s *Server) Dial(subject string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if c := s.TLSConfig(); c != nil {
		transport = credentials.NewTLS(c)
	}
	return grpc.NewClient(s.Addr(), append([]grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithPerRPCCredentials(bearer{s, subject}),
	}, opts...)...)
}

// bearer has a new token for every call, so it never expires.
type bearer struct {
	s       *Server
	subject string
}

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + b.s.Token(b.subject)}, nil
}

// RequireTransportSecurity is false: the server may be in plaintext.
func (bearer) RequireTransportSecurity() bool { return false }
