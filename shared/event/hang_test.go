package event_test

import (
	"context"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/rest"
)

// hanging is kms.Keys of a store that answers nothing until nobody waits.
type hanging struct{}

func (hanging) Get(ctx context.Context, _ key.ID, _ key.VersionID) (*keyring.Version, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestHangingStore: however little time the platform leaves, the answer comes
// before its deadline, in the shape that the event's sender expects.
func TestHangingStore(t *testing.T) {
	w := newWorld(t, identity.Platform)
	hangs := func(context.Context) (*rest.API, error) { return w.over(hanging{}), nil }
	e := mustRead(t, "aws-http-v2-encrypt.json")
	for _, op := range api.Operations {
		for _, left := range []time.Duration{-time.Hour, 0, 499 * time.Millisecond, 600 * time.Millisecond} {
			name := op.String() + ", " + left.String()
			ctx, cancel := context.WithTimeout(context.Background(), left)
			defer cancel()
			begin := time.Now()
			a := handle(t, ctx, functions[op], event.New(e.as(t, w, op).payload(t)), hangs)
			if took := time.Since(begin); left > 0 && took >= left {
				t.Errorf("%s: the answer took %v", name, took)
			}
			a.wantError(t, name, 504, api.DeadlineExceeded, "")
			if !a.http || a.headers["X-Request-Id"] != requestID {
				t.Errorf("%s: the shape of %s", name, a.raw)
			}
		}
	}
}
