package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// endpointService says that every service that there is, is here.
type endpointService struct {
	endpoint.UnimplementedApiEndpointServiceServer
	s *Server
}

// endpointIDs are what the services here are called in discovery.
var endpointIDs = []string{"endpoint", "iam", "lockbox", "lockbox-payload", "operation"}

func (e endpointService) List(context.Context, *endpoint.ListApiEndpointsRequest) (*endpoint.ListApiEndpointsResponse,
	error) {
	answer := &endpoint.ListApiEndpointsResponse{}
	for _, id := range endpointIDs {
		answer.Endpoints = append(answer.Endpoints, &endpoint.ApiEndpoint{Id: id, Address: e.s.Addr()})
	}
	return answer, nil
}

func (e endpointService) Get(_ context.Context, r *endpoint.GetApiEndpointRequest) (*endpoint.ApiEndpoint, error) {
	for _, id := range endpointIDs {
		if id == r.GetApiEndpointId() {
			return &endpoint.ApiEndpoint{Id: id, Address: e.s.Addr()}, nil
		}
	}
	return nil, status.Error(codes.NotFound, "no such endpoint")
}
