package lockboxtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"rekey/deploy/local/lockboxtest"
)

const (
	admin  = "ajeadmin000000000000"
	folder = lockboxtest.DefaultFolder

	payloadGet = lockbox.PayloadService_Get_FullMethodName
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
	s := must(lockboxtest.Start(o))(t)
	t.Cleanup(func() { _ = s.Close() })
	s.Grant(admin, lockboxtest.Admin, folder)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return (&world{Server: s, t: t, ctx: ctx}).as(admin)
}

// as is the same world for somebody else, on its own connection.
func (w *world) as(subject string) *world {
	w.t.Helper()
	conn := must(w.Dial(subject))(w.t)
	w.t.Cleanup(func() { _ = conn.Close() })
	other := *w
	other.payload, other.secrets = lockbox.NewPayloadServiceClient(conn), lockbox.NewSecretServiceClient(conn)
	other.operations = operation.NewOperationServiceClient(conn)
	return &other
}

// text sets up a secret of one text entry "k" a version.
func (w *world) text(values ...string) (id string, versions []string) {
	var set []lockboxtest.Version
	for _, v := range values {
		set = append(set, lockboxtest.Version{lockboxtest.Text("k", v)})
	}
	return w.AddSecret(nil, set...)
}

func (w *world) get(id, version string) (*lockbox.Payload, error) {
	return w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id, VersionId: version})
}

// impatient is the error of a question for a payload by somebody who soon gives
// up.
func (w *world) impatient(id string) error {
	ctx, cancel := context.WithTimeout(w.ctx, 100*time.Millisecond)
	defer cancel()
	_, err := w.payload.Get(ctx, &lockbox.GetPayloadRequest{SecretId: id})
	return err
}

func (w *world) show(id string) *lockbox.Secret {
	w.t.Helper()
	return must(w.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: id}))(w.t)
}

// create creates a secret in the folder.
func (w *world) create(r *lockbox.CreateSecretRequest) (*operation.Operation, error) {
	r.FolderId = folder
	return w.secrets.Create(w.ctx, r)
}

func (w *world) add(id string, changes ...*lockbox.PayloadEntryChange) (*operation.Operation, error) {
	return w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id, PayloadEntries: changes})
}

func (w *world) update(id, path string, p *spec) (*operation.Operation, error) {
	r := &lockbox.UpdateSecretRequest{SecretId: id, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}}}
	if p != nil {
		r.PayloadSpecification = &lockbox.UpdateSecretRequest_PasswordPayloadSpecification{
			PasswordPayloadSpecification: p}
	}
	return w.secrets.Update(w.ctx, r)
}

func (w *world) setCurrent(id, version string) (*operation.Operation, error) {
	return w.secrets.SetCurrentVersion(w.ctx, &lockbox.SetCurrentVersionRequest{SecretId: id, VersionId: version})
}

func (w *world) schedule(id, version string, pending time.Duration) (*operation.Operation, error) {
	return w.secrets.ScheduleVersionDestruction(w.ctx, &lockbox.ScheduleVersionDestructionRequest{
		SecretId: id, VersionId: version, PendingPeriod: durationpb.New(pending)})
}

func (w *world) cancel(id, version string) (*operation.Operation, error) {
	return w.secrets.CancelVersionDestruction(w.ctx,
		&lockbox.CancelVersionDestructionRequest{SecretId: id, VersionId: version})
}

func (w *world) activate(id string) (*operation.Operation, error) {
	return w.secrets.Activate(w.ctx, &lockbox.ActivateSecretRequest{SecretId: id})
}

func (w *world) deactivate(id string) (*operation.Operation, error) {
	return w.secrets.Deactivate(w.ctx, &lockbox.DeactivateSecretRequest{SecretId: id})
}

func (w *world) delete(id string) (*operation.Operation, error) {
	return w.secrets.Delete(w.ctx, &lockbox.DeleteSecretRequest{SecretId: id})
}

func (w *world) list(size int64, token string) (*lockbox.ListSecretsResponse, error) {
	return w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder, PageSize: size, PageToken: token})
}

// spec is what a generated secret is made by.
type spec = lockbox.PasswordPayloadSpecification

func generated(p *spec) *lockbox.CreateSecretRequest {
	return &lockbox.CreateSecretRequest{PayloadSpecification: &lockbox.CreateSecretRequest_PasswordPayloadSpecification{
		PasswordPayloadSpecification: p}}
}

func change(key, value string) *lockbox.PayloadEntryChange {
	return &lockbox.PayloadEntryChange{Key: key, Value: &lockbox.PayloadEntryChange_TextValue{TextValue: value}}
}

func binaryChange(key string, value []byte) *lockbox.PayloadEntryChange {
	return &lockbox.PayloadEntryChange{Key: key, Value: &lockbox.PayloadEntryChange_BinaryValue{BinaryValue: value}}
}

func removal(key string) *lockbox.PayloadEntryChange { return &lockbox.PayloadEntryChange{Key: key} }

// result is the response of an operation that must be done and good.
func result[T proto.Message](t *testing.T) func(*operation.Operation, error) T {
	return func(op *operation.Operation, err error) T {
		t.Helper()
		if err != nil || !op.GetDone() {
			t.Fatalf("operation is %v, %v; want it done", op, err)
		}
		response, ok := must(op.GetResponse().UnmarshalNew())(t).(T)
		if !ok {
			t.Fatalf("operation's response is %v", op.GetResponse())
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

// wantCode takes what a call returned.
func wantCode[T any](_ T, err error) func(*testing.T, codes.Code) {
	return func(t *testing.T, want codes.Code) {
		t.Helper()
		if got := status.Code(err); got != want {
			t.Errorf("got %v (%v), want %v", got, err, want)
		}
	}
}
