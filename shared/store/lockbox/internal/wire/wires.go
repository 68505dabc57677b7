package wire

import (
	"context"
	"fmt"
	"time"

	ycsdk "github.com/yandex-cloud/go-sdk/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// wires are the connections of one SDK. They are dialled when a call needs
// them, but taken out of the SDK's pool at once: for callers who come to it
// together it would make one each, and forget to close all but the last.
type wires struct {
	sdk   *ycsdk.SDK
	conns map[protoreflect.FullName]*grpc.ClientConn // by service; those of one address are one
	made  time.Time                                  // by the wall clock
}

func newWires(sdk *ycsdk.SDK, services []Service) (*wires, error) {
	w := &wires{sdk: sdk, conns: map[protoreflect.FullName]*grpc.ClientConn{}, made: wallClock()}
	for _, s := range services {
		c, err := sdk.GetConnection(context.Background(), s.Name+".Get") // no method of its own is looked for
		if err != nil {
			w.close()
			return nil, fmt.Errorf("setting up the client of %s: %w", s.Name, err)
		}
		conn, ok := c.(*grpc.ClientConn)
		if !ok {
			w.close()
			return nil, fmt.Errorf("the SDK's connection is a %T", c)
		}
		w.conns[s.Name] = conn
	}
	return w, nil
}

// failing reports whether a connection could not be made and is not tried
// again yet: every call fails at once.
func (w *wires) failing() bool {
	for _, c := range w.conns {
		if c.GetState() == connectivity.TransientFailure {
			return true
		}
	}
	return false
}

func (w *wires) close() { _ = w.sdk.Shutdown(context.Background()) }
