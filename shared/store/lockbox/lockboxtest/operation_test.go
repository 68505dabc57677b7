package lockboxtest_test

import (
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"

	"rekey/shared/store/lockbox/lockboxtest"
)

func (w *world) operation(id string) (*operation.Operation, error) {
	return w.operations.Get(w.ctx, &operation.GetOperationRequest{OperationId: id})
}

// TestOperationDelay: until an operation is done nothing of it shows.
func TestOperationDelay(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{OperationDelay: time.Hour}})
	id, v := w.text("x")
	op := must(w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id, PayloadEntries: []*lockbox.PayloadEntryChange{change("k", "y")}}))(t)
	if op.GetDone() || op.GetResponse() != nil || op.GetCreatedBy() != admin {
		t.Errorf("operation begins as %v", op)
	}
	w.Advance(time.Hour - time.Minute)
	if op := must(w.operation(op.GetId()))(t); op.GetDone() || must(w.get(id, ""))(t).GetVersionId() != v[0] {
		t.Errorf("a minute before its time the operation is %v", op)
	}
	w.Advance(time.Minute)
	added := result[*lockbox.Version](t)(w.operation(op.GetId()))
	if got := must(w.get(id, ""))(t); got.GetVersionId() != added.GetId() {
		t.Errorf("current version is %s, want %s", got.GetVersionId(), added.GetId())
	}
	_, err := w.operation("e6qunknown")
	wantCode(t, err, codes.NotFound)
}

func TestCreateDelay(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{OperationDelay: time.Hour}})
	op := must(w.secrets.Create(w.ctx, &lockbox.CreateSecretRequest{FolderId: folder, VersionPayloadEntries: []*lockbox.PayloadEntryChange{change("k", "x")}}))(t)
	var about lockbox.CreateSecretMetadata
	if err := op.GetMetadata().UnmarshalTo(&about); err != nil {
		t.Fatal(err)
	}
	if got := w.show(about.GetSecretId()); got.GetStatus() != lockbox.Secret_CREATING {
		t.Errorf("status is %v, want CREATING", got.GetStatus())
	}
	_, err := w.secrets.Deactivate(w.ctx, &lockbox.DeactivateSecretRequest{SecretId: about.GetSecretId()})
	wantCode(t, err, codes.FailedPrecondition)
	w.Advance(time.Hour)
	if got := result[*lockbox.Secret](t)(w.operation(op.GetId())); got.GetStatus() != lockbox.Secret_ACTIVE {
		t.Errorf("status is %v, want ACTIVE", got.GetStatus())
	}
}

func TestOperationFails(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	w.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1, Operation: true, Code: codes.Aborted})
	op := must(w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id}))(t)
	if !op.GetDone() || op.GetError().GetCode() != int32(codes.Aborted) || op.GetResponse() != nil {
		t.Errorf("operation is %v, want ABORTED", op)
	}
	if got := must(w.get(id, ""))(t); got.GetVersionId() != v[0] {
		t.Errorf("an operation that failed made version %s current", got.GetVersionId())
	}
	w.addVersion(id)
}
