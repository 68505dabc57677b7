package lockboxtest

import (
	"context"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/proto"
)

func (s *Server) newGRPC() *grpc.Server {
	options := []grpc.ServerOption{
		grpc.UnaryInterceptor(s.intercept),
		grpc.WaitForHandlers(true), // Stop leaves nothing behind: it ends their contexts
		// go-sdk pings more often than a server allows by default.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
	}
	if s.identity != nil {
		options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(&s.identity.leaf)))
	}
	g := grpc.NewServer(options...)
	lockbox.RegisterPayloadServiceServer(g, payloadService{s: s})
	lockbox.RegisterSecretServiceServer(g, secretService{s: s})
	operation.RegisterOperationServiceServer(g, operationService{s: s})
	iam.RegisterIamTokenServiceServer(g, tokenService{s: s})
	endpoint.RegisterApiEndpointServiceServer(g, endpointService{s: s})
	return g
}

// Methods are the full names of all calls that a fault can strike.
func Methods() []string {
	g := new(Server).newGRPC()
	defer g.Stop()
	names := []string{MetadataToken}
	for service, info := range g.GetServiceInfo() {
		for _, m := range info.Methods {
			names = append(names, "/"+service+"/"+m.Name)
		}
	}
	return names
}

// intercept is the way of every call: it is counted, struck by a fault, and
// served.
func (s *Server) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any,
	error) {
	secret := secretOf(req)
	defer s.counters.arrive(info.FullMethod, secret)()
	f := s.faults.next(info.FullMethod, secret)
	if !f.After {
		if err := s.network.strike(ctx, f); err != nil {
			return nil, err
		}
	}
	answer, err := s.serve(withFault(ctx, f), req.(proto.Message), info.FullMethod, handle)
	if err == nil && f.After {
		err = s.network.strike(ctx, f)
	}
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// serve checks who calls, then the form of the request, and hands both to the
// service. One call is served at a time; the answer is a copy, for it is
// written to the wire when others may be changing the state.
func (s *Server) serve(ctx context.Context, req proto.Message, method string, handle grpc.UnaryHandler) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	ctx, err := s.authenticate(ctx, method)
	if err != nil {
		return nil, err
	}
	if err := validate(req); err != nil {
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
	switch r := req.(type) {
	case interface{ GetSecretId() string }:
		return r.GetSecretId()
	case interface{ GetResourceId() string }:
		return r.GetResourceId()
	}
	return ""
}
