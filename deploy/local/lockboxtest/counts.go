package lockboxtest

import (
	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
)

// Calls is how many calls of a method arrived, be they answered or not. The
// name is gRPC's, such as lockbox.PayloadService_Get_FullMethodName, or
// MetadataToken.
func (s *Server) Calls(method string) int { return s.counters.count(method, "") }

// CallsFor is Calls for one secret.
func (s *Server) CallsFor(method, secretID string) int { return s.counters.count(method, secretID) }

// PayloadGets is how often the payload of a secret was asked for; of any
// secret if the id is empty.
func (s *Server) PayloadGets(secretID string) int {
	return s.CallsFor(lockbox.PayloadService_Get_FullMethodName, secretID)
}

// TokenRequests is how often anybody asked for a token: IAM and the metadata
// service together.
func (s *Server) TokenRequests() int {
	return s.Calls(MetadataToken) + s.Calls(iam.IamTokenService_Create_FullMethodName) +
		s.Calls(iam.IamTokenService_CreateForServiceAccount_FullMethodName)
}

// Discoveries is how often endpoints were asked for.
func (s *Server) Discoveries() int {
	return s.Calls(endpoint.ApiEndpointService_List_FullMethodName) + s.Calls(
		endpoint.ApiEndpointService_Get_FullMethodName)
}

// MostInFlight is how many calls of a method there were at once, at most; of
// all methods together if the name is empty.
func (s *Server) MostInFlight(method string) int {
	s.counters.mu.Lock()
	defer s.counters.mu.Unlock()
	return s.counters.most[method]
}

// ResetCounts starts every count anew. Calls that are under way stay in
// flight.
func (s *Server) ResetCounts() {
	c := s.counters
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.calls)
	clear(c.most)
	for m, n := range c.inFlight {
		c.most[m] = n
	}
}
