package cloud

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/lockboxtest"
)

var ctx = context.Background()

const payloads = "yandex.cloud.lockbox.v1.PayloadService"

// fixture is a Lockbox with a secret, and a Link to it.
type fixture struct {
	*lockboxtest.Server
	*Link
	id string
}

func start(t *testing.T, b lockboxtest.Behavior) *fixture {
	t.Helper()
	return startAs(t, lockboxtest.Options{Behavior: b})
}

func startAs(t *testing.T, o lockboxtest.Options) *fixture {
	t.Helper()
	s, err := lockboxtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	t.Setenv("YC_METADATA_ADDR", s.MetadataAddr())
	at := Endpoint("http://" + s.Addr())
	l, err := New(Credentials{}, at, Service{payloads, at})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	id, _ := s.AddSecret(nil, lockboxtest.Version{lockboxtest.Text("user", "x")})
	s.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
	return &fixture{s, l, id}
}

// get reads the secret.
func (f *fixture) get(ctx context.Context) error {
	return f.Read(ctx, payloads, func(ctx context.Context, c grpc.ClientConnInterface) error {
		_, err := lockbox.NewPayloadServiceClient(c).Get(ctx, &lockbox.GetPayloadRequest{SecretId: f.id})
		return err
	})
}

// TestOneConnection: concurrent callers share a connection, which ends
// with the store.
func TestOneConnection(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	if err := f.get(ctx); err != nil { // for the token
		t.Fatal(err)
	}
	for range 10 {
		f.replace(f.current())
		before, now := f.Connections(), f.current()
		gate := make(chan struct{})
		var all sync.WaitGroup
		for range 30 {
			all.Add(1)
			go func() {
				defer all.Done()
				<-gate
				if err := f.get(ctx); err != nil {
					t.Error(err)
				}
			}()
		}
		close(gate)
		all.Wait()
		if n := f.Connections() - before; n != 1 && f.current() == now { // else it was too slow
			t.Errorf("%d connections, want 1", n)
		}
	}
}

// TestOutageEnds: connections that wait before they try again, for minutes
// after a long outage, do not outlast it.
func TestOutageEnds(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	if err := f.get(ctx); err != nil {
		t.Fatal(err)
	}
	f.Stop()
	for w := f.current(); !w.failing() || f.current() != w; w = f.current() {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		if err := f.get(short); err == nil || !transient[status.Code(err)] {
			t.Errorf("without a server: %v", err)
		}
		cancel()
	}
	old := f.current()
	old.made = old.made.Add(-time.Minute)
	if err := f.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := f.get(ctx); err != nil || f.current() == old {
		t.Errorf("with a server again: %v; the connections are still the old ones: %t", err, f.current() == old)
	}
}

// TestTooLate: a caller without time says nothing about the connections.
func TestTooLate(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	before := f.current()
	over, cancel := context.WithTimeout(ctx, 0)
	defer cancel()
	if err := f.get(over); status.Code(err) != codes.DeadlineExceeded || f.current() != before {
		t.Errorf("error is %v, and the connections were given up: %t", err, f.current() != before)
	}
}

// TestReset: calls that are reset until the time is over have taken too long;
// who has left hears that.
func TestReset(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	reset := func(code codes.Code, also func()) Call {
		return func(context.Context, grpc.ClientConnInterface) error {
			also()
			return status.Error(code, "stream terminated by RST_STREAM with error code: CANCEL")
		}
	}
	want := status.FromContextError(context.DeadlineExceeded).String()
	for n := range 40 { // the last pause is of a random length
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		code := []codes.Code{codes.Canceled, codes.DeadlineExceeded}[n%2]
		if err := f.Read(short, payloads, reset(code, func() {})); status.Convert(err).String() != want {
			t.Fatalf("%v: error is %v", code, err)
		}
	}
	left, leave := context.WithTimeout(ctx, time.Minute)
	err := f.Read(left, payloads, reset(codes.Canceled, leave))
	if status.Code(err) != codes.Canceled {
		t.Errorf("who has left: error is %v", err)
	}
}

// TestNoToken: who asks learns what the metadata service said, though the time
// is over before it says it once more.
func TestNoToken(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	f.Inject(lockboxtest.Fault{Method: lockboxtest.MetadataToken, Code: codes.NotFound})
	leaving, leave := context.WithTimeout(ctx, time.Minute)
	defer leave()
	go func() {
		for f.TokenRequests() < 3 && leaving.Err() == nil { // the second one has been answered by then
			time.Sleep(time.Millisecond)
		}
		leave()
	}()
	if err := f.get(leaving); status.Code(err) != codes.Unavailable ||
		!strings.Contains(err.Error(), "has this function or instance a service account?") {
		t.Errorf("error is %v", err)
	}
}

// TestTokenEnds: a token is replaced before its end.
func TestTokenEnds(t *testing.T) {
	f := start(t, lockboxtest.Behavior{TokenLifetime: time.Hour})
	now := time.Now()
	f.tokens.now = func() time.Time { return now }
	for _, step := range []struct {
		pass time.Duration
		want int
	}{{0, 1}, {58 * time.Minute, 1}, {90 * time.Second, 2}} {
		now = now.Add(step.pass)
		if err := f.get(ctx); err != nil {
			t.Fatal(err)
		}
		if n := f.TokenRequests(); n != step.want {
			t.Errorf("after %v more: %d requests for a token, want %d", step.pass, n, step.want)
		}
	}
}
