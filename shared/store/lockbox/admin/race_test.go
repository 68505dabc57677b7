package admin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

const service = "/yandex.cloud.lockbox.v1.SecretService/"

var week = keyadmin.Schedule{Pending: keyadmin.DefaultPending}

// pair is a key with two versions, the second of which is the primary, out of
// every protection.
func (f *fixture) pair() (id key.ID, old, primary key.VersionID) {
	f.t.Helper()
	k := f.create(0)
	v, err := f.Rotate(ctx, k.ID, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	f.Advance(time.Hour)
	return k.ID, k.PrimaryVersion.ID, v.ID
}

func (f *fixture) must(_ any, err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// race is what one administrator does while another acts.
type race struct {
	name  string
	setup func(f *fixture, id key.ID, old, primary key.VersionID)
	at    string // the method of SecretService that the other one is faster than
	after bool   // or follows
	skip  int
	other func(b *Admin, id key.ID, old, primary key.VersionID) (any, error)
	do    func(a *Admin, id key.ID, old, primary key.VersionID) (any, error)
	says  string
	left  string // of the versions and the key, by state
}

func disable(b *Admin, id key.ID, _, _ key.VersionID) (any, error) {
	return b.SetStatus(ctx, id, key.Inactive)
}
func deleteKey(b *Admin, id key.ID, _, _ key.VersionID) (any, error) { return b.Delete(ctx, id) }
func rotate(b *Admin, id key.ID, _, _ key.VersionID) (any, error)    { return b.Rotate(ctx, id, 0) }
func setOld(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
	return b.SetPrimary(ctx, id, old)
}
func schedule(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
	return b.ScheduleDestruction(ctx, id, old, week)
}

var races = []race{
	{name: "schedule, and the version becomes the primary", at: "ScheduleVersionDestruction", other: setOld,
		do:   schedule,
		says: "is the primary: rotate or set another first; the destruction of version OLD was cancelled again",
		left: "ACTIVE: OLD* ACTIVE, NEW ACTIVE"},
	{name: "schedule, and the version becomes the primary afterwards", at: "ScheduleVersionDestruction", after: true,
		other: func(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
			if _, err := b.CancelDestruction(ctx, id, old); err != nil {
				return nil, err
			}
			return b.SetPrimary(ctx, id, old)
		}, do: schedule, says: "OLD is the primary", left: "ACTIVE: OLD* ACTIVE, NEW ACTIVE"},
	{name: "schedule, and the version was the primary for a moment", at: "ScheduleVersionDestruction",
		other: func(b *Admin, id key.ID, old, primary key.VersionID) (any, error) {
			if _, err := b.SetPrimary(ctx, id, old); err != nil {
				return nil, err
			}
			return b.SetPrimary(ctx, id, primary)
		}, do: schedule, says: "was the primary until", left: "ACTIVE: OLD ACTIVE, NEW* ACTIVE"},
	{name: "schedule, and it is cancelled", at: "ScheduleVersionDestruction", after: true,
		other: func(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
			return b.CancelDestruction(ctx, id, old)
		},
		do: schedule, says: "version OLD is ACTIVE, and not scheduled", left: "ACTIVE: OLD ACTIVE, NEW* ACTIVE"},
	{name: "schedule, and another time is set", at: "ScheduleVersionDestruction", after: true,
		other: func(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
			if _, err := b.CancelDestruction(ctx, id, old); err != nil {
				return nil, err
			}
			return b.ScheduleDestruction(ctx, id, old, keyadmin.Schedule{Pending: 2 * keyadmin.DefaultPending})
		}, do: schedule, says: "somebody else has scheduled it", left: "ACTIVE: OLD SCHEDULED, NEW* ACTIVE"},
	{name: "set-primary, and another one rotates", at: "SetCurrentVersion", after: true, other: rotate, do: setOld,
		says: "is the primary, and not OLD", left: "ACTIVE: OLD ACTIVE, NEW ACTIVE, ?* ACTIVE"},
	{name: "set-primary, and the key is disabled", at: "SetCurrentVersion", other: disable, do: setOld,
		says: "somebody has disabled the key", left: "INACTIVE: OLD* ACTIVE, NEW ACTIVE"},
	{name: "set-primary, and the key is deleted", at: "SetCurrentVersion", after: true, other: deleteKey, do: setOld,
		says: "version OLD will be destroyed", left: "INACTIVE: OLD* SCHEDULED, NEW SCHEDULED"},
	{name: "rotate, and another one rotates", at: "AddVersion", after: true, other: rotate, do: rotate,
		says: "was added, and e6q", left: "ACTIVE: OLD ACTIVE, NEW ACTIVE, ? ACTIVE, ?* ACTIVE"},
	{name: "rotate, and another primary is set", at: "AddVersion", after: true, other: setOld, do: rotate,
		says: "OLD is the primary: `rekey keys set-primary KEY ", left: "ACTIVE: OLD* ACTIVE, NEW ACTIVE, ? ACTIVE"},
	{name: "rotate, and the key is disabled", at: "AddVersion", after: true, other: disable, do: rotate,
		says: "somebody has disabled the key", left: "INACTIVE: OLD ACTIVE, NEW ACTIVE, ?* ACTIVE"},
	{name: "rotate, and the key is deleted", at: "AddVersion", after: true, other: deleteKey, do: rotate,
		says: "will be destroyed", left: "INACTIVE: OLD SCHEDULED, NEW SCHEDULED, ?* SCHEDULED"},
	{name: "rotate, and the secret is to generate something else", at: "AddVersion", after: true,
		other: func(b *Admin, id key.ID, _, _ key.VersionID) (any, error) {
			return nil, (&rotation{Admin: b,
				state: &state{Secret: &lockbox.Secret{Id: string(id)}}}).setSpecification(ctx, nil)
		}, do: rotate, says: "what the secret generates, to \"\"", left: "ACTIVE: OLD ACTIVE, NEW ACTIVE, ?* ACTIVE"},
	{name: "enable, and the key is disabled", setup: func(f *fixture, id key.ID, old, primary key.VersionID) {
		f.must(disable(f.Admin, id, old, primary))
	},
		at: "Activate", after: true, other: disable, do: enable, says: "the key is INACTIVE",
		left: "INACTIVE: OLD ACTIVE, NEW* ACTIVE"},
	{name: "enable, and the primary is scheduled", setup: func(f *fixture, id key.ID, old, primary key.VersionID) {
		f.must(disable(f.Admin, id, old, primary))
	},
		at: "Activate", other: deleteKey, do: enable, says: "its primary version NEW is scheduled",
		left: "ACTIVE: OLD SCHEDULED, NEW* SCHEDULED"},
	{name: "disable, and the key is enabled", at: "Deactivate", after: true, other: enable, do: disable,
		says: "the key is ACTIVE", left: "ACTIVE: OLD ACTIVE, NEW* ACTIVE"},
	{name: "cancel, and the key is deleted again", setup: func(f *fixture, id key.ID, old, primary key.VersionID) {
		f.must(deleteKey(f.Admin, id, old, primary))
	},
		at: "CancelVersionDestruction", after: true, other: deleteKey,
		do:   func(a *Admin, id key.ID, old, _ key.VersionID) (any, error) { return a.CancelDestruction(ctx, id, old) },
		says: "version OLD will be destroyed", left: "INACTIVE: OLD SCHEDULED, NEW* SCHEDULED"},
	{name: "delete, and the key is enabled", at: "Deactivate", after: true, other: enable, do: deleteKey,
		says: "the key is ACTIVE", left: "ACTIVE: OLD ACTIVE, NEW* ACTIVE"},
	{name: "delete, and the key is enabled later", at: "ScheduleVersionDestruction", skip: 1,
		other: func(b *Admin, id key.ID, old, primary key.VersionID) (any, error) {
			return enable(b, id, old, primary)
		}, do: deleteKey, says: "the key is ACTIVE", left: "ACTIVE: OLD SCHEDULED, NEW* SCHEDULED"},
	{name: "delete, and a version is rescued", at: "ScheduleVersionDestruction", after: true,
		other: func(b *Admin, id key.ID, old, _ key.VersionID) (any, error) {
			return b.CancelDestruction(ctx, id, old)
		},
		do: deleteKey, says: "version OLD is ACTIVE: somebody else has changed it: delete it again",
		left: "INACTIVE: OLD ACTIVE, NEW* SCHEDULED"},
	{name: "a change, and the key is gone", at: "Deactivate", after: true,
		other: func(b *Admin, id key.ID, _, _ key.VersionID) (any, error) { return nil, b.Remove(ctx, id) },
		do:    disable, says: "does not show it", left: "gone"},
}

func enable(b *Admin, id key.ID, _, _ key.VersionID) (any, error) {
	return b.SetStatus(ctx, id, key.Active)
}

// shape is a key in few words.
func (f *fixture) shape(id, old, primary string) string {
	s, err := f.look(ctx, id)
	if err != nil {
		return "gone"
	}
	var all []string
	for _, v := range s.versions {
		name := strings.NewReplacer(old, "OLD", primary, "NEW", v.Id, "?").Replace(v.Id)
		if v.Id == s.GetCurrentVersion().GetId() {
			name += "*"
		}
		status, _, _ := strings.Cut(v.GetStatus().String(), "_")
		all = append(all, name+" "+status)
	}
	return s.GetStatus().String() + ": " + strings.Join(all, ", ")
}

// TestRaces: whatever another administrator does meanwhile, a change that is not
// so in the end is not a success, and what the other one did stays.
func TestRaces(t *testing.T) {
	for _, r := range races {
		t.Run(r.name, func(t *testing.T) {
			f := start(t, lockboxtest.Behavior{})
			other := open(t, f.Server)
			id, old, primary := f.pair()
			if r.setup != nil {
				r.setup(f, id, old, primary)
			}
			acted := false
			f.Inject(lockboxtest.Fault{Method: service + r.at, Skip: r.skip, Times: 1, After: r.after,
				Meanwhile: func() {
					acted = true
					f.must(r.other(other, id, old, primary))
				}})
			_, err := r.do(f.Admin, id, old, primary)
			words := strings.NewReplacer("OLD", string(old), "NEW", string(primary), "KEY", string(id)).Replace(r.says)
			says(t, err, keyadmin.ErrDiffers, words)
			if got := f.shape(string(id), string(old), string(primary)); got != r.left || !acted {
				t.Errorf("left is %s, want %s (the other one acted: %t)", got, r.left, acted)
			}
		})
	}
}

// TestRaceOfNames: two keys of one name are one too many, and the second
// administrator is told so; what is printed helps.
func TestRaceOfNames(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	other := open(t, f.Server)
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_Create_FullMethodName, Times: 1, Meanwhile: func() {
		f.must(other.Create(ctx, keyadmin.Creation{Name: "orders"}))
	}})
	_, err := f.Create(ctx, keyadmin.Creation{Name: "orders"})
	says(t, err, keyadmin.ErrDiffers, `with the same name or id, "orders"`, "rekey keys delete ")
	_, id, _ := strings.Cut(err.Error(), "rekey keys delete ")
	id, _, _ = strings.Cut(id, " --now")
	if err := f.Remove(ctx, key.ID(id)); err != nil {
		t.Error(err)
	}
	if k, err := keyadmin.FindListed(ctx, f, "orders"); err != nil || string(k.ID) == id {
		t.Errorf("afterwards orders is %+v, %v", k, err)
	}
}

// TestRestoresPrimary: a new key or version that is not usable is taken back, unless
// somebody has changed it since.
func TestRestoresPrimary(t *testing.T) {
	f := start(t, lockboxtest.Behavior{CopyGenerated: true})
	other := open(t, f.Server)
	id, old, primary := f.create(0).ID, key.VersionID("-"), key.VersionID("-")
	f.Inject(lockboxtest.Fault{Method: lockbox.PayloadService_Get_FullMethodName, Skip: 1, Times: 1, After: true,
		Meanwhile: func() {
			other.Material = Local
			v, err := other.Rotate(ctx, id, 0)
			f.must(v, err)
			primary = v.ID
		}})
	_, err := f.Rotate(ctx, id, 0)
	says(t, err, keyadmin.ErrDiffers, "is not known to be good", "copied the material", string(primary)+
		" is the primary")
	if got := f.shape(string(id), string(old), string(primary)); !strings.HasSuffix(got, "NEW* ACTIVE") {
		t.Errorf("left is %s", got)
	}

	for _, seen := range []codes.Code{codes.PermissionDenied, codes.FailedPrecondition} {
		var made []*keyadmin.Key
		f.Inject(lockboxtest.Fault{Method: lockbox.PayloadService_Get_FullMethodName, Times: 1, Code: seen,
			Meanwhile: func() {
				made, _ = other.List(ctx)
				f.must(other.SetStatus(ctx, made[len(made)-1].ID, key.Inactive))
			}})
		_, err = f.Create(ctx, keyadmin.Creation{})
		says(t, err, keyadmin.ErrDiffers, "somebody else has disabled it")
		if all, err := f.List(ctx); err != nil || len(all) != len(made) {
			t.Errorf("there are %d keys, %v, want %d", len(all), err, len(made))
		}
	}
}

// TestRetreatOvertaken: what somebody else sets as the primary at the very moment
// of restorePrimary is the primary in the end.
func TestRetreatOvertaken(t *testing.T) {
	f := start(t, lockboxtest.Behavior{CopyGenerated: true})
	other := open(t, f.Server)
	k := f.create(0)
	f.Material = Local
	f.must(f.Rotate(ctx, k.ID, 0))
	f.Material = Generated
	f.must(f.Rotate(ctx, k.ID, 0)) // the base has no text to copy
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_SetCurrentVersion_FullMethodName, Times: 1,
		Meanwhile: func() {
			f.must(other.SetPrimary(ctx, k.ID, k.PrimaryVersion.ID))
		}})
	_, err := f.Rotate(ctx, k.ID, 0)
	says(t, err, keyadmin.ErrDiffers, "copied the material", "somebody else has made "+string(k.PrimaryVersion.ID)+
		" the primary")
	if got, err := f.Get(ctx, k.ID); err != nil || got.PrimaryVersion.ID != k.PrimaryVersion.ID {
		t.Errorf("the primary is %+v, %v", got.PrimaryVersion, err)
	}
}

// TestRetreatUnspecifies: a rotation to another algorithm that is taken back
// leaves nothing of it to the next one.
func TestRetreatUnspecifies(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _, primary := f.pair()
	f.Inject(lockboxtest.Fault{Method: lockbox.PayloadService_Get_FullMethodName, Skip: 1, Times: 1,
		Code: codes.PermissionDenied})
	_, err := f.Rotate(ctx, id, key.AES128)
	says(t, err, keyadmin.ErrDenied, string(primary)+" is the primary again")
	if k, err := f.Get(ctx, id); err != nil || k.DefaultAlgorithm != key.AES256 {
		t.Errorf("the next version will be %v, %v", k.DefaultAlgorithm, err)
	}
	if c, err := f.Check(ctx, id); err != nil || len(c.Findings) > 0 {
		t.Errorf("check finds %+v, %v", c, err)
	}
}

// TestUnspecify: what the secret generates is changed back after a failure,
// unless somebody has rotated since.
func TestUnspecify(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	other := open(t, f.Server)
	id, _, _ := f.pair()
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1,
		Code: codes.ResourceExhausted})
	_, err := f.Rotate(ctx, id, key.AES128)
	says(t, err, keyadmin.ErrUnavailable, "quota")
	if s, _ := f.look(ctx, string(id)); s.GetPasswordPayloadSpecification().GetPasswordKey() != "AES_256.generated" {
		t.Errorf("it generates %s", s.GetPasswordPayloadSpecification().GetPasswordKey())
	}
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Times: 1,
		Code: codes.ResourceExhausted, Meanwhile: func() {
			f.must(other.Rotate(ctx, id, key.AES128))
		}})
	_, err = f.Rotate(ctx, id, key.AES128)
	says(t, err, keyadmin.ErrUnavailable, "quota", "somebody else has changed the key")
	if s, _ := f.look(ctx, string(id)); s.GetPasswordPayloadSpecification().GetPasswordKey() != "AES_128.generated" {
		t.Errorf("it generates %s", s.GetPasswordPayloadSpecification().GetPasswordKey())
	}
}

// lost are changes whose answer may be lost.
var lost = map[string]struct {
	at string
	do func(a *Admin, id key.ID, old, primary key.VersionID) (any, error)
}{
	"Create": {"Create", func(a *Admin, _ key.ID, _, _ key.VersionID) (any, error) {
		return a.Create(ctx, keyadmin.Creation{Name: "new"})
	}},
	"Rotate": {"AddVersion", rotate},
	"Rotate to another algorithm": {"Update", func(a *Admin, id key.ID, _, _ key.VersionID) (any, error) {
		return a.Rotate(ctx, id, key.AES192)
	}},
	"SetPrimary": {"SetCurrentVersion", setOld},
	"disable":    {"Deactivate", disable},
	"enable": {"Activate", func(a *Admin, id key.ID, old, primary key.VersionID) (any, error) {
		if _, err := disable(a, id, old, primary); err != nil {
			return nil, err
		}
		return enable(a, id, old, primary)
	}},
	"ScheduleDestruction": {"ScheduleVersionDestruction", func(a *Admin, id key.ID, old, _ key.VersionID) (any, error) {
		return a.ScheduleDestruction(ctx, id, old, keyadmin.Schedule{Pending: keyadmin.DefaultPending, Force: true})
	}},
	"CancelDestruction": {"CancelVersionDestruction", func(a *Admin, id key.ID, old, primary key.VersionID) (any,
		error) {
		if _, err := schedule(a, id, old, primary); err != nil {
			return nil, err
		}
		return a.CancelDestruction(ctx, id, old)
	}},
	"Delete": {"ScheduleVersionDestruction", deleteKey},
	"Remove": {"Delete", func(a *Admin, id key.ID, _, _ key.VersionID) (any, error) { return nil, a.Remove(ctx, id) }},
}

// TestLostAnswers: a change that was made is a success though its answer was
// lost, be it done or still under way; one that was not made is none.
func TestLostAnswers(t *testing.T) {
	for name, l := range lost {
		for _, delay := range []time.Duration{0, 50 * time.Millisecond} {
			f := start(t, lockboxtest.Behavior{})
			id, old, primary := f.pair()
			f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = delay })
			f.Inject(lockboxtest.Fault{Method: service + l.at, Times: 1, After: true, Code: codes.Unavailable})
			if _, err := l.do(f.Admin, id, old, primary); err != nil {
				t.Errorf("%s, which took %v, was made: %v", name, delay, err)
			}
		}
		f := start(t, lockboxtest.Behavior{})
		id, old, primary := f.pair()
		f.Inject(lockboxtest.Fault{Method: service + l.at, Code: codes.Unavailable})
		_, err := l.do(f.Admin, id, old, primary)
		says(t, err, keyadmin.ErrUnavailable, "rekey keys ")
		if errors.Is(err, keyadmin.ErrDiffers) || strings.Contains(err.Error(), "somebody else") {
			t.Errorf("%s, not made: %v", name, err)
		}
	}
}

// TestNotDone: what Lockbox says that it has not done is not a missing answer.
func TestNotDone(t *testing.T) {
	for name, l := range lost {
		for _, fault := range []lockboxtest.Fault{{Code: codes.ResourceExhausted},
			{Code: codes.Internal, Operation: true}} {
			f := start(t, lockboxtest.Behavior{})
			id, old, primary := f.pair()
			fault.Method = service + l.at
			f.Inject(fault)
			_, err := l.do(f.Admin, id, old, primary)
			says(t, err, keyadmin.ErrUnavailable, "not done: ")
			if err != nil && strings.Contains(err.Error(), keyadmin.ErrUnavailable.Error()) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestTooLong: the end of the time is said once.
func TestTooLong(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id := f.create(0).ID
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_Get_FullMethodName, Hang: true})
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := f.Get(short, id)
	says(t, err, keyadmin.ErrUnavailable, "no answer: ")
	if n := strings.Count(err.Error(), "deadline exceeded") + strings.Count(err.Error(), "took too long"); n != 1 ||
		!errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it says so %d times: %v", n, err)
	}
}

// TestUnseen: a change that was made and cannot be looked at is not a plain
// failure.
func TestUnseenChange(t *testing.T) {
	for name, l := range lost {
		f := start(t, lockboxtest.Behavior{})
		id, old, primary := f.pair()
		f.Inject(lockboxtest.Fault{Method: service + l.at, Times: 1, After: true, Meanwhile: func() {
			f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_Get_FullMethodName, Code: codes.ResourceExhausted})
		}})
		_, err := l.do(f.Admin, id, old, primary)
		if !errors.Is(err, keyadmin.ErrDiffers) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestClock: Lockbox's time counts, whatever this machine's is.
func TestClock(t *testing.T) {
	for _, ahead := range []time.Duration{-time.Hour, time.Hour, 365 * 24 * time.Hour} {
		f := start(t, lockboxtest.Behavior{})
		f.Advance(ahead)
		k := f.create(0)
		v, err := f.Rotate(ctx, k.ID, 0)
		f.must(v, err)
		_, err = f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, week)
		says(t, err, keyadmin.ErrRefused, "was the primary until", "wait until "+
			keyadmin.Date(v.CreatedAt.Add(f.Window))[:15])
		f.Advance(f.Window - time.Minute)
		_, err = f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, week)
		says(t, err, keyadmin.ErrRefused, "was the primary until")
		f.Advance(time.Minute)
		f.must(f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, week))

		first, err := f.Delete(ctx, k.ID)
		f.must(first, err)
		f.Advance(time.Minute)
		again, err := f.Delete(ctx, k.ID)
		if err != nil || !again.DeleteAt.Equal(first.DeleteAt) {
			t.Errorf("a clock %v away: the grace was until %v, and is until %v, %v", ahead, first.DeleteAt,
				again.DeleteAt, err)
		}
	}
}

// TestLostSchedule: where the answer was lost, what another administrator has
// scheduled for another time is not taken for it.
func TestLostSchedule(t *testing.T) {
	for _, times := range []time.Duration{2, 1} {
		f := start(t, lockboxtest.Behavior{})
		id, old, _ := f.pair()
		f.Inject(lockboxtest.Fault{Method: service + "ScheduleVersionDestruction", Times: 1, Code: codes.Unavailable,
			Meanwhile: func() {
				f.must(f.ScheduleDestruction(ctx, id, old, keyadmin.Schedule{Pending: times * week.Pending,
					Force: true}))
			}})
		_, err := f.ScheduleDestruction(ctx, id, old, keyadmin.Schedule{Pending: week.Pending, Force: true})
		if times == 1 { // as good as ours
			f.must(nil, err)
			continue
		}
		says(t, err, keyadmin.ErrUnavailable, "so far it was not made", "somebody else has scheduled it")
	}
}
