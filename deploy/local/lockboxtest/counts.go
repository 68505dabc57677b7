package lockboxtest

import (
	"sync"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
)

// counters count calls as they arrive, whatever becomes of them.
type counters struct {
	mu       sync.Mutex
	calls    map[call]int
	inFlight int
	most     int // in flight at the same time
}

// call is a method and the id of a secret; empty is any.
type call struct{ method, secret string }

// arrive counts a call; its result must be called at its end.
func (c *counters) arrive(method, secret string) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[call{}]++
	c.calls[call{method, ""}]++
	if secret != "" {
		c.calls[call{method, secret}]++
	}
	c.inFlight++
	c.most = max(c.most, c.inFlight)
	return c.leave
}

func (c *counters) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
}

// Calls is how many calls of a method arrived, be they answered or not. The
// name is gRPC's, such as lockbox.PayloadService_Get_FullMethodName, or
// MetadataToken; empty: all methods, also those that there are not here.
func (s *Server) Calls(method string) int { return s.CallsFor(method, "") }

// CallsFor is Calls for one secret.
func (s *Server) CallsFor(method, secretID string) int {
	s.counters.mu.Lock()
	defer s.counters.mu.Unlock()
	return s.counters.calls[call{method, secretID}]
}

// PayloadGets is how often the payload of a secret was asked for; of any
// secret if the id is empty.
func (s *Server) PayloadGets(secretID string) int {
	return s.CallsFor(lockbox.PayloadService_Get_FullMethodName, secretID)
}

// TokenRequests is how often anybody asked for a token: IAM and the metadata
// service together.
func (s *Server) TokenRequests() int {
	return s.Calls(MetadataToken) + s.Calls(iam.IamTokenService_Create_FullMethodName)
}

// MostInFlight is how many calls there were at the same time, at most.
func (s *Server) MostInFlight() int {
	s.counters.mu.Lock()
	defer s.counters.mu.Unlock()
	return s.counters.most
}

// ResetCounts starts every count anew. Calls that are under way stay in
// flight.
func (s *Server) ResetCounts() {
	s.counters.mu.Lock()
	defer s.counters.mu.Unlock()
	clear(s.counters.calls)
	s.counters.most = s.counters.inFlight
}
