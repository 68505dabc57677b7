package lockbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	ycsdk "github.com/yandex-cloud/go-sdk/v2"
	"github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	"github.com/yandex-cloud/go-sdk/v2/pkg/options"
	"google.golang.org/grpc"
)

const (
	// lingering is how long connections that were given up may end what they
	// have under way.
	lingering = 10 * time.Second
	// restless is the age from which connections that fail are given up.
	restless = time.Second
)

// link is the wires of a Store. An instance that was frozen wakes up with
// connections that are dead and do not show it; then they are replaced
// together.
type link struct {
	resolver endpoints.EndpointsResolver

	mu  sync.Mutex // guards now
	now *wires
}

// newLink names both services, so that the SDK asks no discovery service: that
// would be one more round trip of a cold start.
func newLink(payloads, tokens Endpoint) (*link, error) {
	l := &link{resolver: endpoints.NewPrefixEndpointsResolver(endpoints.PrefixToEndpoint{
		"yandex.cloud.lockbox": payloads.params(),
		"yandex.cloud.iam":     tokens.params(),
	})}
	var err error
	l.now, err = l.build()
	return l, err
}

// build makes no connection yet. The SDK adds no token: it would keep one that
// is refused. It sends no keepalives: a frozen instance cannot, and servers
// refuse clients that send more than they like. DNS is not asked for a service
// configuration: one more round trip of a cold start, and none is published.
func (l *link) build() (*wires, error) {
	sdk, err := ycsdk.Build(context.Background(),
		options.WithEndpointsResolver(l.resolver),
		options.WithCredentials(&credentials.NoCredentials{}),
		options.WithoutKeepalive(),
		options.WithCustomDialOptions(grpc.WithDisableServiceConfig()))
	if err != nil {
		return nil, fmt.Errorf("setting up the client of Lockbox: %w", err)
	}
	return newWires(sdk)
}

func (l *link) current() *wires {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// replace gives up the connections of old, unless that was done already.
func (l *link) replace(old *wires) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != old {
		return
	}
	next, err := l.build()
	if err != nil {
		return // as it did not fail the first time, it will not now
	}
	l.now = next
	time.AfterFunc(lingering, old.close)
}

// wake replaces connections that wait before they try again: after an outage
// gRPC does so for up to two minutes, of which a frozen instance lives none.
func (l *link) wake() {
	if w := l.current(); w.failing() && wallClock().Sub(w.made).Abs() >= restless {
		l.replace(w)
	}
}

func (l *link) close() { l.current().close() }
