package cloud

import (
	"sync"
	"time"

	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// closeDelay is how long replaced connections may finish their calls.
	closeDelay = 10 * time.Second
	// minFailingAge is the age from which failing connections are replaced.
	minFailingAge = time.Second
)

// Service is one of Yandex Cloud's and where it is.
type Service struct {
	Name protoreflect.FullName // such as yandex.cloud.lockbox.v1.PayloadService
	At   Endpoint
}

const iamService protoreflect.FullName = "yandex.cloud.iam.v1.IamTokenService"

// Link is the way to some services, with the tokens to call them. It is safe
// for concurrent use. An instance that was frozen wakes up with connections
// that are dead and do not show it; then they are replaced together.
type Link struct {
	services []Service
	resolver endpoints.EndpointsResolver
	tokens   *tokens

	mu  sync.Mutex // guards now
	now *connections
}

// New makes a Link, which connects when it is used. The services are named, so
// that the SDK asks no discovery service: that would be one more round trip of
// a cold start. IAM is asked for tokens if the credentials are a key.
func New(c Credentials, iam Endpoint, services ...Service) (*Link, error) {
	services = append([]Service{{iamService, iam}}, services...)
	where := endpoints.PrefixToEndpoint{}
	for _, s := range services {
		if err := s.At.Check(); err != nil {
			return nil, err
		}
		where[s.Name] = s.At.params()
	}
	l := &Link{services: services, resolver: endpoints.NewPrefixEndpointsResolver(where)}
	source, err := c.source(l)
	if err != nil {
		return nil, err
	}
	l.tokens = newTokens(source)
	l.now, err = newConnections(l.resolver, l.services)
	return l, err
}

// Connect begins to connect to a service that will be called soon.
func (l *Link) Connect(service protoreflect.FullName) { l.current().conns[service].Connect() }

// Close ends the connections. A Link of a function is never closed.
func (l *Link) Close() { l.current().close() }

func (l *Link) current() *connections {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// replace gives up the connections of old, unless that was done already.
func (l *Link) replace(old *connections) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != old {
		return
	}
	next, err := newConnections(l.resolver, l.services)
	if err != nil {
		return // as it did not fail the first time, it will not now
	}
	l.now = next
	time.AfterFunc(closeDelay, old.close)
}

// wake replaces connections that wait before they try again: after an outage
// gRPC does so for up to two minutes, of which a frozen instance lives none.
func (l *Link) wake() {
	if w := l.current(); w.failing() && wallClock().Sub(w.made).Abs() >= minFailingAge {
		l.replace(w)
	}
}
