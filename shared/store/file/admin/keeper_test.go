package admin

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"
	"time"

	"rekey/shared/keyadmin"
)

func TestCheck(t *testing.T) {
	now := start
	path := newPath(t)
	k, err := Keep(path, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Check(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing keyring: error is %v", err)
	}
	a := mustOpen(t, path, &now)
	for _, pending := range []time.Duration{2 * time.Hour, time.Hour} {
		key := mustCreate(t, a, "")
		if _, err := a.Rotate(ctx, key.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := a.ScheduleDestruction(ctx, key.ID, key.PrimaryVersion.ID,
			keyadmin.Schedule{Pending: pending, Force: true}); err != nil {
			t.Fatal(err)
		}
	}
	before := mustRead(t, path)
	check := func(versions, overdue int, scheduled ...time.Duration) {
		t.Helper()
		r, err := k.Check()
		if err != nil || r.Path != path || r.Format != 1 || r.Generation != 7 || r.Keys != 2 ||
			r.Versions != versions || r.Overdue != overdue || len(r.Scheduled) != len(scheduled) {
			t.Fatalf("Check = %+v, %v", r, err)
		}
		for i, d := range scheduled {
			if at := r.Scheduled[i].DestroyAt; !at.Equal(start.Add(d)) {
				t.Errorf("number %d is destroyed at %v", i, at)
			}
		}
	}
	check(4, 0, time.Hour, 2*time.Hour)
	now = now.Add(time.Hour)
	check(3, 1, 2*time.Hour)
	if !bytes.Equal(mustRead(t, path), before) {
		t.Error("a check changed the file")
	}
}
