package lockboxtest_test

import (
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	"rekey/deploy/local/lockboxtest"
)

func (w *world) schedule(id, version string, pending *durationpb.Duration) (*lockbox.Version, error) {
	op, err := w.secrets.ScheduleVersionDestruction(w.ctx, &lockbox.ScheduleVersionDestructionRequest{SecretId: id,
		VersionId: version, PendingPeriod: pending})
	if err != nil {
		return nil, err
	}
	return result[*lockbox.Version](w.t)(op, nil), nil
}

func (w *world) cancel(id, version string) error {
	_, err := w.secrets.CancelVersionDestruction(w.ctx, &lockbox.CancelVersionDestructionRequest{SecretId: id,
		VersionId: version})
	return err
}

func TestDestroy(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		pending *durationpb.Duration
		want    time.Duration
	}{
		"by default": {nil, 7 * 24 * time.Hour},
		"an hour":    {durationpb.New(time.Hour), time.Hour},
	} {
		w := start(t, lockboxtest.Options{Now: func() time.Time { return now }})
		id, v := w.text("x", "y")
		got, err := w.schedule(id, v[0], test.pending)
		if err != nil || got.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION ||
			!got.GetDestroyAt().AsTime().Equal(now.Add(test.want)) {
			t.Errorf("%s: got %v, %v; want destruction at %v", name, got, err, now.Add(test.want))
		}
		w.Advance(test.want - time.Nanosecond)
		if got := w.oldest(id); got.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
			t.Errorf("%s: just before its time the version is %v", name, got.GetStatus())
		}
		w.Advance(time.Nanosecond)
		if got := w.oldest(id); got.GetStatus() != lockbox.Version_DESTROYED || got.GetDestroyAt() != nil ||
			got.GetCreatedAt() == nil {
			t.Errorf("%s: when its time has come the version is %v", name, got)
		}
		wantCode(t, w.cancel(id, v[0]), codes.FailedPrecondition)
		_, err = w.schedule(id, v[0], nil)
		wantCode(t, err, codes.FailedPrecondition)
		_, err = w.get(id, v[0])
		wantCode(t, err, codes.FailedPrecondition)
	}
}

func (w *world) oldest(id string) *lockbox.Version {
	w.t.Helper()
	return must(w.secrets.ListVersions(w.ctx, &lockbox.ListVersionsRequest{SecretId: id}))(w.t).GetVersions()[0]
}

func TestCancelDestruction(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	wantCode(t, w.cancel(id, v[0]), codes.FailedPrecondition) // it is ACTIVE
	must(w.schedule(id, v[0], nil))(t)
	must(w.schedule(id, v[0], durationpb.New(time.Hour)))(t) // another time
	_, err := w.get(id, v[0])
	wantCode(t, err, codes.FailedPrecondition)
	wantCode(t, w.cancel(id, v[0]), codes.OK)
	w.Advance(30 * 24 * time.Hour)
	if got := must(w.get(id, v[0]))(t); got.GetEntries()[0].GetTextValue() != "x" {
		t.Errorf("saved version has %v", got.GetEntries())
	}
	if got := w.oldest(id); got.GetDestroyAt() != nil {
		t.Errorf("saved version is to be destroyed at %v", got.GetDestroyAt().AsTime())
	}
}

// TestDestroyCurrent: the current version can go like any other; then the
// secret has one that nobody can read.
func TestDestroyCurrent(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x", "y")
	must(w.schedule(id, v[1], nil))(t)
	if got := w.show(id).GetCurrentVersion(); got.GetId() != v[1] ||
		got.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		t.Errorf("current version is %v", got)
	}
	_, err := w.get(id, "")
	wantCode(t, err, codes.FailedPrecondition)
	w.Advance(8 * 24 * time.Hour)
	if got := w.show(id).GetCurrentVersion(); got.GetId() != v[1] || got.GetStatus() != lockbox.Version_DESTROYED {
		t.Errorf("current version is %v", got)
	}
	_, err = w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
	wantCode(t, err, codes.FailedPrecondition) // merges onto the current version
}

func TestScheduleRefused(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x")
	for _, pending := range []*durationpb.Duration{{}, durationpb.New(-time.Hour), {Seconds: 1, Nanos: -1}} {
		_, err := w.schedule(id, v[0], pending)
		wantCode(t, err, codes.InvalidArgument)
	}
	_, err := w.schedule(id, "e6qunknown", nil)
	wantCode(t, err, codes.NotFound)
}
