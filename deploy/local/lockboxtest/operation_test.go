package lockboxtest_test

import (
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
)

func (w *world) operation(id string) (*operation.Operation, error) {
	return w.operations.Get(w.ctx, &operation.GetOperationRequest{OperationId: id})
}

// TestOperationDelay: until an operation is done nothing of it shows, but that a
// secret is being created.
func TestOperationDelay(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{OperationDelay: time.Hour}})
	id, v := w.text("x")
	created := must(w.create(&lockbox.CreateSecretRequest{}))(t)
	added := must(w.add(id, change("k", "y")))(t)
	var about lockbox.CreateSecretMetadata
	if err := created.GetMetadata().UnmarshalTo(&about); err != nil || added.GetDone() || added.GetResponse() != nil {
		t.Errorf("operations begin as %v, %v, %v", created, added, err)
	}
	w.Advance(time.Hour - time.Minute)
	if op := must(w.operation(added.GetId()))(t); op.GetDone() || must(w.get(id, ""))(t).GetVersionId() != v[0] {
		t.Errorf("a minute before its time the operation is %v", op)
	}
	if got := w.show(about.GetSecretId()).GetStatus(); got != lockbox.Secret_CREATING {
		t.Errorf("status is %v, want CREATING", got)
	}
	w.Advance(time.Minute)
	version := result[*lockbox.Version](t)(w.operation(added.GetId()))
	if got := must(w.get(id, ""))(t); got.GetVersionId() != version.GetId() {
		t.Errorf("current version is %s, want %s", got.GetVersionId(), version.GetId())
	}
	if got := w.show(about.GetSecretId()).GetStatus(); got != lockbox.Secret_ACTIVE {
		t.Errorf("status is %v, want ACTIVE", got)
	}
}

// TestListOperations: what was done to a secret and to no other, the newest
// first, also what failed and what is under way.
func TestListOperations(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	must(w.create(&lockbox.CreateSecretRequest{}))(t)
	want := []*operation.Operation{must(w.setCurrent(id, v[0]))(t)}
	w.Inject(lockboxtest.Fault{Times: 1, Operation: true, Code: codes.Aborted})
	failed := must(w.add(id))(t)
	if current := must(w.get(id, ""))(t).GetVersionId(); !failed.GetDone() || failed.GetResponse() != nil ||
		failed.GetError().GetCode() != int32(codes.Aborted) || current != v[0] {
		t.Errorf("operation is %v, want ABORTED; version %s is current", failed, current)
	}
	w.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = time.Hour })
	want = append(want, failed, must(w.deactivate(id))(t))

	r := &lockbox.ListSecretOperationsRequest{SecretId: id, PageSize: 2}
	first := must(w.secrets.ListOperations(w.ctx, r))(t)
	r.PageToken = first.GetNextPageToken()
	second := must(w.secrets.ListOperations(w.ctx, r))(t)
	got := append(first.GetOperations(), second.GetOperations()...)
	if len(got) != 3 || len(first.GetOperations()) != 2 || second.GetNextPageToken() != "" {
		t.Fatalf("operations are %v", got)
	}
	for i, op := range got {
		if op.String() != want[2-i].String() {
			t.Errorf("operation %d is %v, want %v", i, op, want[2-i])
		}
	}
}
