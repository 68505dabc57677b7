package lockboxtest_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"rekey/deploy/local/lockboxtest"
)

func TestPayload(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.AddSecret(nil,
		lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", "old")}},
		lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", "new"),
			lockboxtest.Binary("b", []byte{0, 255})}})
	for name, test := range map[string]struct {
		version string
		want    *lockbox.Payload
	}{
		"current": {"", &lockbox.Payload{VersionId: v[1], Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k",
			"new"), lockboxtest.Binary("b", []byte{0, 255})}}},
		"older": {v[0], &lockbox.Payload{VersionId: v[0], Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k",
			"old")}}},
	} {
		if got, err := w.get(id, test.version); err != nil || !proto.Equal(got, test.want) {
			t.Errorf("%s: payload is %v, %v; want %v", name, got, err, test.want)
		}
	}
}

func TestIDs(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	for _, given := range []string{id, v[0]} {
		if !regexp.MustCompile(`^e6q[a-v0-9]{17}$`).MatchString(given) {
			t.Errorf("the server gave the id %q", given)
		}
	}
	forced, versions := w.AddSecret(&lockbox.Secret{Id: "my-key"},
		lockboxtest.Version{ID: "my-version", Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", "x")}})
	got, err := w.get("my-key", "my-version")
	if err != nil || forced != "my-key" || versions[0] != "my-version" || got.GetVersionId() != "my-version" {
		t.Errorf("forced ids: %s %v, payload %v, %v", forced, versions, got, err)
	}
}

// TestPayloadRefused looks at everything that may not be read, in both worlds:
// with the code that is assumed, and with another.
func TestPayloadRefused(t *testing.T) {
	edit := func(f func(*lockbox.Secret, *lockbox.Version)) func(*world, string) {
		return func(w *world, id string) {
			w.Change(id, func(s *lockbox.Secret, v []*lockbox.Version) { f(s, v[0]) })
		}
	}
	tomorrow := timestamppb.New(time.Now().Add(24 * time.Hour))
	for name, test := range map[string]struct {
		prepare func(*world, string)
		version string
		want    codes.Code
		set     func(*lockboxtest.Behavior)
	}{
		"inactive": {edit(func(s *lockbox.Secret, _ *lockbox.Version) { s.Status = lockbox.Secret_INACTIVE }), "",
			codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.InactiveSecret = codes.DataLoss }},
		"creating": {edit(func(s *lockbox.Secret, _ *lockbox.Version) { s.Status = lockbox.Secret_CREATING }), "",
			codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.InactiveSecret = codes.DataLoss }},
		"no version": {edit(func(s *lockbox.Secret, _ *lockbox.Version) { s.CurrentVersion = nil }), "",
			codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.NoVersion = codes.DataLoss }},
		"scheduled": {edit(func(_ *lockbox.Secret, v *lockbox.Version) {
			v.Status, v.DestroyAt = lockbox.Version_SCHEDULED_FOR_DESTRUCTION, tomorrow
		}), "", codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.ScheduledVersion = codes.DataLoss }},
		"scheduled, no time": {edit(func(_ *lockbox.Secret, v *lockbox.Version) {
			v.Status = lockbox.Version_SCHEDULED_FOR_DESTRUCTION
		}), "", codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.ScheduledVersion = codes.DataLoss }},
		"destroyed": {edit(func(_ *lockbox.Secret, v *lockbox.Version) { v.Status = lockbox.Version_DESTROYED }), "",
			codes.FailedPrecondition, func(b *lockboxtest.Behavior) { b.DestroyedVersion = codes.DataLoss }},
		"unknown version": {func(*world, string) {}, "e6qunknown", codes.NotFound,
			func(b *lockboxtest.Behavior) { b.UnknownVersion = codes.DataLoss }},
		"unknown secret": {func(w *world, id string) { w.RemoveSecret(id) }, "", codes.NotFound,
			func(b *lockboxtest.Behavior) { b.UnknownSecret = codes.DataLoss }},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, lockboxtest.Options{})
			id, _ := w.text("x")
			test.prepare(w, id)
			_, err := w.get(id, test.version)
			wantCode(t, err, test.want)
			_, err = w.configure(test.set).get(id, test.version)
			wantCode(t, err, codes.DataLoss)
		})
	}
}

func TestGetEx(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.AddSecret(&lockbox.Secret{Name: "n"},
		lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("t", "x"),
			lockboxtest.Binary("b", []byte{1})}})
	want := &lockbox.GetExResponse{SecretId: id, VersionId: v[0],
		Entries: map[string][]byte{"t": []byte("x"), "b": {1}}}
	for name, r := range map[string]*lockbox.GetExRequest{
		"by id": {Identifier: &lockbox.GetExRequest_SecretId{SecretId: id}},
		"by name": {Identifier: &lockbox.GetExRequest_FolderAndName{
			FolderAndName: &lockbox.FolderAndName{FolderId: folder, SecretName: "n"}}, VersionId: v[0]},
	} {
		if got, err := w.payload.GetEx(w.ctx, r); err != nil || !proto.Equal(got, want) {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, want)
		}
	}
	_, err := w.payload.GetEx(w.ctx, &lockbox.GetExRequest{})
	wantCode(t, err, codes.InvalidArgument)
	_, err = w.payload.GetEx(w.ctx,
		&lockbox.GetExRequest{
			Identifier: &lockbox.GetExRequest_FolderAndName{FolderAndName: &lockbox.FolderAndName{FolderId: folder,
				SecretName: "other"}}})
	wantCode(t, err, codes.NotFound)
}
