package lockbox

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
	sdk              *ycsdk.SDK
	payloads, tokens *grpc.ClientConn
	made             time.Time // by the wall clock
}

func newWires(sdk *ycsdk.SDK) (w *wires, err error) {
	w = &wires{sdk: sdk, made: wallClock()}
	if w.payloads, err = wire(sdk, "yandex.cloud.lockbox.v1.PayloadService.Get"); err == nil {
		w.tokens, err = wire(sdk, "yandex.cloud.iam.v1.IamTokenService.Create")
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func wire(sdk *ycsdk.SDK, method protoreflect.FullName) (*grpc.ClientConn, error) {
	c, err := sdk.GetConnection(context.Background(), method)
	if err != nil {
		return nil, fmt.Errorf("setting up the client of Lockbox: %w", err)
	}
	conn, ok := c.(*grpc.ClientConn)
	if !ok {
		return nil, fmt.Errorf("the SDK's connection is a %T", c)
	}
	return conn, nil
}

// failing reports whether a connection could not be made and is not tried
// again yet: every call fails at once.
func (w *wires) failing() bool {
	return w.payloads.GetState() == connectivity.TransientFailure || w.tokens.GetState() == connectivity.TransientFailure
}

func (w *wires) close() { _ = w.sdk.Shutdown(context.Background()) }
