package cloud

import (
	"context"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	transport "github.com/yandex-cloud/go-sdk/v2/pkg/transport/grpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// userAgent is who calls, in what Yandex Cloud records of calls.
const userAgent = "rekey"

// connections are those of one pool of the SDK. They are dialled when a
// call needs them, but taken out of the pool immediately: for callers who come to
// it together it would make one each, and forget to close all but the last.
//
// Only the pool is taken, not the SDK around it, which a function links at
// the cost of 40 more packages, an eighth of the files of its build and part
// of its cold start, and which had to be told to leave out the rest: tokens,
// of which it would keep one that is refused; keepalives, which a frozen
// instance cannot send and servers limit; the search for endpoints.
type connections struct {
	pool  *transport.ConnPool
	conns map[protoreflect.FullName]*grpc.ClientConn // by service
	made  time.Time                                  // by the wall clock
	all   bool                                       // they trust all that Go trusts, from their first attempt on
}

// newConnections makes no connection yet. DNS is not asked for a service
// configuration: one more round trip of a cold start, and none is published.
func newConnections(resolver endpoints.EndpointsResolver, services []Service) (*connections, error) {
	w := &connections{
		pool:  transport.NewConnPool([]grpc.DialOption{grpc.WithUserAgent(userAgent), grpc.WithDisableServiceConfig()}),
		conns: map[protoreflect.FullName]*grpc.ClientConn{},
		made:  wallClock(),
		all:   trusted.all.Load(),
	}
	for _, s := range services {
		conn, err := w.dial(resolver, s.Name)
		if err != nil {
			w.close()
			return nil, fmt.Errorf("setting up the client of %s: %w", s.Name, err)
		}
		w.conns[s.Name] = conn
	}
	return w, nil
}

func (w *connections) dial(resolver endpoints.EndpointsResolver, service protoreflect.FullName) (*grpc.ClientConn,
	error) {
	at, err := resolver.Endpoint(context.Background(), service)
	if err != nil {
		return nil, err
	}
	return w.pool.GetConn(context.Background(), at)
}

// failing reports whether a connection could not be made and is not tried
// again yet: every call fails immediately.
func (w *connections) failing() bool {
	for _, c := range w.conns {
		if c.GetState() == connectivity.TransientFailure {
			return true
		}
	}
	return false
}

func (w *connections) close() { _ = w.pool.Shutdown(context.Background()) }
