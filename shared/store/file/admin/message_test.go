package admin

import (
	"strings"
	"testing"
	"time"

	"rekey/shared/keyadmin"
)

// TestMessages pins what a person is told to do next.
func TestMessages(t *testing.T) {
	now := start
	a := mustOpen(t, newPath(t), &now)
	k := mustCreate(t, a, "k1")
	old := k.PrimaryVersion.ID
	v, err := a.Rotate(ctx, "k1", 0)
	if err != nil {
		t.Fatal(err)
	}
	says := func(err error, want ...string) {
		t.Helper()
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("error is %v, want %q in it", err, w)
			}
		}
	}
	week := keyadmin.Schedule{Pending: keyadmin.DefaultPending}
	_, err = a.ScheduleDestruction(ctx, "k1", v.ID, keyadmin.Schedule{Force: true})
	says(err, "refused: ", string(v.ID), "primary", "rotate", "set-primary")
	_, err = a.ScheduleDestruction(ctx, "k1", old, week)
	says(err, "refused: ", "2025-03-01T09:05:00Z", "--force")
	_, err = a.ScheduleDestruction(ctx, "k1", old, keyadmin.Schedule{Pending: time.Hour})
	says(err, "refused: ", "24 hours", "--force")
	now = now.Add(5 * time.Minute)
	if _, err := a.ScheduleDestruction(ctx, "k1", old, week); err != nil {
		t.Fatal(err)
	}
	_, err = a.ScheduleDestruction(ctx, "k1", old, week)
	says(err, "refused: ", "2025-03-08T09:05:00Z", "cancel-destruction k1 "+string(old))
	if _, err := a.Delete(ctx, "k1"); err != nil {
		t.Fatal(err)
	}
	_, err = a.SetStatus(ctx, "k1", 2)
	says(err, "refused: ", "2025-03-04T09:05:00Z", "cancel-destruction k1 "+string(v.ID))
	_, err = a.Rotate(ctx, "k1", 0)
	says(err, "refused: ", "being deleted", "cancel-destruction", "enable k1")
	now = now.Add(keyadmin.DeleteGrace - time.Second)
	if _, err := a.CancelDestruction(ctx, "k1", v.ID); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	_, err = a.CancelDestruction(ctx, "k1", old)
	says(err, "refused: ", "DESTROYED since 2025-03-04T09:05:00Z", "backup")
	if _, err := a.Delete(ctx, "k1"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(keyadmin.DeleteGrace)
	_, err = a.Get(ctx, "k1")
	says(err, "not found: ", "has been deleted")
	_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
	says(err, "already exists: ", "never used again")
}
