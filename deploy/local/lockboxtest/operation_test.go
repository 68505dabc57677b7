package lockboxtest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/access"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
)

func (w *world) operation(id string) (*operation.Operation, error) {
	return w.operations.Get(w.ctx, &operation.GetOperationRequest{OperationId: id})
}

// TestOperationDelay: until an operation is done nothing of it shows.
func TestOperationDelay(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{OperationDelay: time.Hour}})
	id, v := w.text("x")
	op := must(w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id,
		PayloadEntries: []*lockbox.PayloadEntryChange{change("k", "y")}}))(t)
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
	op := must(w.secrets.Create(w.ctx, &lockbox.CreateSecretRequest{FolderId: folder,
		VersionPayloadEntries: []*lockbox.PayloadEntryChange{change("k", "x")}}))(t)
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

func (w *world) listOperations(id, token string, size int64) (*lockbox.ListSecretOperationsResponse, error) {
	return w.secrets.ListOperations(w.ctx, &lockbox.ListSecretOperationsRequest{SecretId: id, PageSize: size,
		PageToken: token})
}

// TestListOperations: what was done to a secret and to no other, the newest
// first, also what failed, what is under way, and roles.
func TestListOperations(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id := w.create(&lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{change("k",
		"x")}}).GetId()
	w.create(&lockbox.CreateSecretRequest{})
	added := w.addVersion(id)
	w.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1, Operation: true, Code: codes.Aborted})
	must(w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id}))(t)
	must(w.secrets.UpdateAccessBindings(w.ctx, &access.UpdateAccessBindingsRequest{ResourceId: id}))(t)
	w.configure(func(b *lockboxtest.Behavior) { b.OperationDelay = time.Hour })
	must(w.secrets.Deactivate(w.ctx, &lockbox.DeactivateSecretRequest{SecretId: id}))(t)

	var got []*operation.Operation
	pages, token := 0, ""
	for pages == 0 || token != "" {
		page := must(w.listOperations(id, token, 2))(t)
		got, token, pages = append(got, page.GetOperations()...), page.GetNextPageToken(), pages+1
	}
	var what []string
	for _, op := range got {
		what = append(what, op.GetDescription())
	}
	want := []string{"Deactivate secret", "Update access bindings", "Add version", "Add version", "Create secret"}
	if pages != 3 || !slices.Equal(what, want) {
		t.Fatalf("%d pages of at most 2: %v, want %v", pages, what, want)
	}
	if got[0].GetDone() || got[2].GetError().GetCode() != int32(codes.Aborted) {
		t.Errorf("what is under way is %v, what failed is %v", got[0], got[2])
	}
	var about lockbox.AddVersionMetadata
	if err := got[3].GetMetadata().UnmarshalTo(&about); err != nil || about.GetVersionId() != added.GetId() ||
		got[3].GetCreatedAt() == nil {
		t.Errorf("the version was added by %v, %v; want version %s", got[3], err, added.GetId())
	}
	_, err := w.listOperations(id, "6", 2)
	wantCode(t, err, codes.InvalidArgument)
	w.configure(func(b *lockboxtest.Behavior) { b.NoListOperations = true })
	_, err = w.listOperations(id, "", 2)
	wantCode(t, err, codes.Unimplemented)
}
