package lockboxtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"rekey/deploy/local/lockboxtest"
)

const (
	admin  = "ajeadmin000000000000"
	folder = lockboxtest.DefaultFolder
)

// world is a server, and clients of it that may do everything.
type world struct {
	*lockboxtest.Server
	t          *testing.T
	ctx        context.Context
	payload    lockbox.PayloadServiceClient
	secrets    lockbox.SecretServiceClient
	operations operation.OperationServiceClient
}

func start(t *testing.T, o lockboxtest.Options) *world {
	t.Helper()
	s, err := lockboxtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.Grant(admin, lockboxtest.Admin, folder)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	w := &world{Server: s, t: t, ctx: ctx}
	return w.as(admin)
}

// as is the same world for somebody else.
func (w *world) as(subject string) *world {
	w.t.Helper()
	conn := w.dial(subject)
	other := *w
	other.payload, other.secrets = lockbox.NewPayloadServiceClient(conn), lockbox.NewSecretServiceClient(conn)
	other.operations = operation.NewOperationServiceClient(conn)
	return &other
}

func (w *world) dial(subject string) *grpc.ClientConn {
	w.t.Helper()
	conn, err := w.Dial(subject)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (w *world) configure(change func(*lockboxtest.Behavior)) *world {
	w.Configure(change)
	return w
}

// text sets up a secret of one text entry "k" a version.
func (w *world) text(values ...string) (id string, versions []string) {
	var set []lockboxtest.Version
	for _, v := range values {
		set = append(set, lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", v)}})
	}
	return w.AddSecret(nil, set...)
}

func (w *world) get(id, version string) (*lockbox.Payload, error) {
	return w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id, VersionId: version})
}

func (w *world) show(id string) *lockbox.Secret {
	w.t.Helper()
	return must(w.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: id}))(w.t)
}

// result is the response of an operation that must be done and good.
func result[T proto.Message](t *testing.T) func(*operation.Operation, error) T {
	return func(op *operation.Operation, err error) T {
		t.Helper()
		if err != nil || !op.GetDone() {
			t.Fatalf("operation is %v, %v; want it done", op, err)
		}
		m := must(op.GetResponse().UnmarshalNew())(t)
		response, ok := m.(T)
		if !ok {
			t.Fatalf("operation's response is a %T", m)
		}
		return response
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatalf("got error %v, want none", err)
		}
		return v
	}
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}

func change(key, value string) *lockbox.PayloadEntryChange {
	return &lockbox.PayloadEntryChange{Key: key, Value: &lockbox.PayloadEntryChange_TextValue{TextValue: value}}
}

func binaryChange(key string, value []byte) *lockbox.PayloadEntryChange {
	return &lockbox.PayloadEntryChange{Key: key, Value: &lockbox.PayloadEntryChange_BinaryValue{BinaryValue: value}}
}

func removal(key string) *lockbox.PayloadEntryChange { return &lockbox.PayloadEntryChange{Key: key} }
