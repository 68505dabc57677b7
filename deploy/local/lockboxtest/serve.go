package lockboxtest

import (
	"context"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func (s *Server) newGRPC() *grpc.Server {
	options := []grpc.ServerOption{
		grpc.UnaryInterceptor(s.intercept),
		grpc.UnknownServiceHandler(s.unknown),
		grpc.WaitForHandlers(true), // Stop leaves nothing behind: it ends their contexts
		// go-sdk pings more often than a server allows by default.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
	}
	if s.certificate != nil {
		options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(s.certificate)))
	}
	g := grpc.NewServer(options...)
	lockbox.RegisterPayloadServiceServer(g, payloadService{Server: s})
	lockbox.RegisterSecretServiceServer(g, secretService{Server: s})
	operation.RegisterOperationServiceServer(g, operationService{Server: s})
	iam.RegisterIamTokenServiceServer(g, tokenService{s: s})
	return g
}

// unknown counts calls of services that are not here, such as that of endpoints.
func (s *Server) unknown(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	defer s.counters.arrive(method, "")()
	return status.Errorf(codes.Unimplemented, "%s is not available", method)
}

// intercept is the way of every call: it is counted, struck by a fault, and
// served.
func (s *Server) intercept(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler,
) (answer any, err error) {
	secret := secretOf(req)
	defer s.counters.arrive(info.FullMethod, secret)()
	f := s.faults.next(info.FullMethod, secret)
	if !f.After {
		if err := s.network.strike(ctx, f); err != nil {
			return nil, err
		}
	}
	answer, err = s.serve(ctx, f, req.(proto.Message), info.FullMethod, handle)
	if err == nil && f.After {
		err = s.network.strike(ctx, f)
	}
	return answer, err
}

// current is the call that is being served.
type current struct {
	fault  Fault
	secret *secret // that it is about; nil if it is about none
}

// serve checks who calls, the form of the request and the caller's role, and
// hands the call to the service. One call is served at a time; the answer is a
// copy, for it is written to the wire when others may be changing the state.
func (s *Server) serve(
	ctx context.Context, f Fault, req proto.Message, method string, handle grpc.UnaryHandler,
) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	s.call = current{fault: f}
	needsToken := method != iam.IamTokenService_Create_FullMethodName // which is how one gets a token
	subject, err := "", error(nil)
	if needsToken {
		subject, err = s.authenticate(ctx)
	}
	if err == nil {
		err = validate(req.ProtoReflect())
	}
	if err == nil && needsToken {
		s.call.secret, err = s.authorize(subject, method, req)
	}
	if err != nil {
		return nil, err
	}
	answer, err := handle(ctx, req)
	if err != nil {
		return nil, err
	}
	return proto.Clone(answer.(proto.Message)), nil
}

// secretOf is the id of the secret that a request is about, or "".
func secretOf(req any) string {
	if r, ok := req.(interface{ GetSecretId() string }); ok {
		return r.GetSecretId()
	}
	return ""
}
