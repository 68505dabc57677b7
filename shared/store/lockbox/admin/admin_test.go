package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	store "rekey/shared/store/lockbox"
)

var ctx = context.Background()

const account = "ajeadministrator0000"

// fixture is a Lockbox and an Admin with the role lockbox.admin on a folder.
type fixture struct {
	*lockboxtest.Server
	*Admin
	t *testing.T
}

func start(t *testing.T, b lockboxtest.Behavior, change ...func(*Options)) *fixture {
	t.Helper()
	s, err := lockboxtest.Start(lockboxtest.Options{Behavior: b})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.Grant(account, lockboxtest.Admin, lockboxtest.DefaultFolder)
	return &fixture{s, open(t, s, change...), t}
}

func open(t *testing.T, s *lockboxtest.Server, change ...func(*Options)) *Admin {
	t.Helper()
	at := store.Endpoint("http://" + s.Addr())
	o := Options{Endpoint: at, SecretsEndpoint: at, OperationEndpoint: at, IAMEndpoint: at,
		FolderID:    lockboxtest.DefaultFolder,
		Credentials: store.Credentials{Token: s.Token(account)}, Window: 5 * time.Minute}
	for _, c := range change {
		c(&o)
	}
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

func (f *fixture) create(a key.Algorithm) *keyadmin.Key {
	f.t.Helper()
	k, err := f.Create(ctx, keyadmin.Creation{Algorithm: a})
	if err != nil {
		f.t.Fatal(err)
	}
	return k
}

// entries are the names of what a version has, as Lockbox shows them.
func (f *fixture) entries(id key.ID, v key.VersionID) string {
	f.t.Helper()
	s, version, err := f.findVersion(ctx, id, v)
	if err != nil {
		f.t.Fatal(err)
	}
	return fmt.Sprintf("%s of %s", version.PayloadEntryKeys, s.GetPasswordPayloadSpecification().GetPasswordKey())
}

// findings are what a check finds that nobody can want.
func (f *fixture) findings(ids ...key.ID) (found []keyadmin.Finding, err error) {
	c, err := f.Check(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(c.Findings, func(f keyadmin.Finding) bool { return f.State }), nil
}

// says checks an error's sentinel and words.
func says(t *testing.T, err, is error, words ...string) {
	t.Helper()
	if !errors.Is(err, is) {
		t.Errorf("got error %v, want one that is %q", err, is)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// TestEntries: whatever a version was, and whatever the next will be, that
// has one entry, and the secret generates what it says.
func TestEntries(t *testing.T) {
	for _, copies := range []bool{false, true} {
		f := start(t, lockboxtest.Behavior{CopyGenerated: copies})
		for _, from := range []Material{Generated, Local} {
			for _, to := range []Material{AsBefore, Generated, Local} {
				for _, algorithm := range []key.Algorithm{0, key.AES128} {
					if copies && from == Generated && to != Local && algorithm == 0 {
						continue // TestCopied
					}
					f.Material = from
					k := f.create(key.AES256)
					f.Material = to
					v, err := f.Rotate(ctx, k.ID, algorithm)
					if err != nil {
						t.Errorf("copies %t, from %q to %q with %v: %v", copies, from, to, algorithm, err)
						continue
					}
					name, made := "AES_256", to == Generated || to == AsBefore && from == Generated
					if algorithm != 0 {
						name = "AES_128"
					}
					want := fmt.Sprintf("[%s] of ", name)
					if made {
						want = fmt.Sprintf("[%s.generated] of %[1]s.generated", name)
					}
					if got := f.entries(k.ID, v.ID); got != want || v.Algorithm.String() != name || !v.Primary {
						t.Errorf("copies %t, from %q to %q with %v: %s, want %s; %+v", copies, from, to, algorithm, got,
							want, v)
					}
				}
			}
		}
	}
}

// TestCopied: a rotation that copies the material fails loudly, and leaves the
// old primary.
func TestCopied(t *testing.T) {
	f := start(t, lockboxtest.Behavior{CopyGenerated: true})
	k := f.create(0)
	_, err := f.Rotate(ctx, k.ID, 0)
	says(t, err, keyadmin.ErrRefused, "copied the material", "--material local", string(k.PrimaryVersion.ID)+
		" is the primary again")
	got, err := f.Get(ctx, k.ID)
	if err != nil || got.PrimaryVersion.ID != k.PrimaryVersion.ID {
		t.Errorf("the primary is %+v, %v", got, err)
	}
	f.Inject(noSetCurrentVersion)
	_, err = f.Rotate(ctx, k.ID, 0)
	says(t, err, keyadmin.ErrRefused, "copied the material", "is the primary and is not usable")
	found, err := f.findings()
	if err != nil || len(found) != 2 || !strings.Contains(found[0].Problem, "has the material of version") {
		t.Errorf("check finds %+v, %v", found, err)
	}
}

// noSetCurrentVersion and noListOperations: a Lockbox without them.
var (
	noSetCurrentVersion = lockboxtest.Fault{Method: "SetCurrentVersion", Code: codes.Unimplemented}
	noListOperations    = lockboxtest.Fault{Method: "ListOperations", Code: codes.Unimplemented}
)

func TestNoSetCurrentVersion(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	f.Inject(noSetCurrentVersion)
	k := f.create(0)
	if _, err := f.Rotate(ctx, k.ID, 0); err != nil {
		t.Fatal(err)
	}
	_, err := f.SetPrimary(ctx, k.ID, k.PrimaryVersion.ID)
	says(t, err, keyadmin.ErrRefused, "cannot set the current version by its API")
	if all, _ := f.Versions(ctx, k.ID); len(all) != 2 {
		t.Errorf("there are %d versions", len(all))
	}
}

// TestNotAKey: no method changes, or shows, a secret that is not a key.
func TestNotAKey(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	for name, e := range map[string]*lockbox.Payload_Entry{
		"a password":   lockboxtest.Text("password", "hunter2"),
		"another case": lockboxtest.Binary("aes_256", bytes.Repeat([]byte{1}, 32)),
	} {
		raw, versions := f.AddSecret(&lockbox.Secret{Name: "database"},
			lockboxtest.Version{e})
		id, v := key.ID(raw), key.VersionID(versions[0])
		f.ResetCounts()
		for _, err := range everyMethod(f, id, v) {
			says(t, err, keyadmin.ErrNotFound, "is not a key")
		}
		for _, method := range []string{"AddVersion", "Update", "Delete", "Deactivate", "SetCurrentVersion",
			"ScheduleVersionDestruction"} {
			if n := f.Calls("/yandex.cloud.lockbox.v1.SecretService/" + method); n > 0 {
				t.Errorf("%s: %d calls of %s", name, n, method)
			}
		}
		if all, err := f.List(ctx); err != nil || len(all) != 0 {
			t.Errorf("%s is listed: %v, %v", name, all, err)
		}
		found, err := f.findings(id)
		if err != nil || len(found) != 1 || !strings.Contains(found[0].Problem, "it is not a key") {
			t.Errorf("check finds %+v, %v", found, err)
		}
	}
	_, err := f.Create(ctx, keyadmin.Creation{Name: "database"})
	says(t, err, keyadmin.ErrExists)
}

func everyMethod(f *fixture, id key.ID, v key.VersionID) []error {
	var errs []error
	note := func(_ any, err error) { errs = append(errs, err) }
	note(f.Get(ctx, id))
	note(f.Versions(ctx, id))
	note(f.Rotate(ctx, id, 0))
	note(f.SetPrimary(ctx, id, v))
	note(f.SetStatus(ctx, id, key.Inactive))
	note(f.ScheduleDestruction(ctx, id, v, keyadmin.Schedule{Pending: keyadmin.DefaultPending}))
	note(f.CancelDestruction(ctx, id, v))
	note(f.Delete(ctx, id))
	return append(errs, f.Remove(ctx, id))
}

// TestRoles: what each role lets its holder do, and that nothing is changed
// when what is needed for the whole is missing.
func TestRoles(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	k := f.create(0)
	v := k.PrimaryVersion.ID
	f.Revoke(account, lockboxtest.Admin, lockboxtest.DefaultFolder)

	f.Grant(account, lockboxtest.Viewer, lockboxtest.DefaultFolder)
	if all, err := f.List(ctx); err != nil || len(all) != 1 {
		t.Errorf("a viewer lists %v, %v", all, err)
	}
	_, err := f.SetStatus(ctx, k.ID, key.Inactive)
	says(t, err, keyadmin.ErrDenied, "lockbox.editor")

	f.Grant(account, lockboxtest.Editor, lockboxtest.DefaultFolder)
	_, err = f.Rotate(ctx, k.ID, 0)
	says(t, err, keyadmin.ErrDenied, "nothing was changed", "lockbox.payloadViewer")
	_, err = f.Create(ctx, keyadmin.Creation{})
	says(t, err, keyadmin.ErrDenied, "created and deleted again")
	if all, err := f.List(ctx); err != nil || len(all) != 1 || all[0].PrimaryVersion.ID != v {
		t.Errorf("something was changed: %v, %v", all, err)
	}
	found, err := f.findings()
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Problem, "lockbox.payloadViewer") {
		t.Errorf("check finds %+v, %v", found, err)
	}

	f.Grant(account, lockboxtest.PayloadViewer, lockboxtest.DefaultFolder)
	if _, err = f.Rotate(ctx, k.ID, 0); err != nil {
		t.Errorf("an editor who may read: %v", err)
	}

	f.Revoke(account, lockboxtest.Viewer, lockboxtest.DefaultFolder)
	f.Revoke(account, lockboxtest.Editor, lockboxtest.DefaultFolder)
	_, err = f.List(ctx)
	says(t, err, keyadmin.ErrDenied, "listing the secrets")
	if found, err = f.findings(k.ID); err != nil || len(found) != 1 ||
		!strings.Contains(found[0].Problem, "lockbox.viewer") {
		t.Errorf("check by who may only read finds %+v, %v", found, err)
	}
	f.ExpireTokens()
	_, err = f.List(ctx)
	says(t, err, keyadmin.ErrUnauthenticated, "REKEY_IAM_TOKEN")
}

// TestOperations: an operation that takes its time is waited for, and the
// caller is told; one that fails is an error with its words.
func TestOperations(t *testing.T) {
	var told []string
	f := start(t, lockboxtest.Behavior{OperationDelay: 300 * time.Millisecond}, func(o *Options) {
		o.Waiting = func(what string) func() {
			told = append(told, what)
			return func() { told = append(told, "done") }
		}
	})
	k := f.create(0)
	if got := fmt.Sprint(told); got != "[create a secret done]" || k.Status != key.Active {
		t.Errorf("told %s; created %+v", got, k)
	}
	f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = 0 })
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Code: codes.ResourceExhausted,
		Operation: true, Times: 1})
	_, err := f.Rotate(ctx, k.ID, key.AES128)
	says(t, err, keyadmin.ErrUnavailable, "to add a version", "quota")
	if got := f.entries(k.ID, k.PrimaryVersion.ID); got != "[AES_256.generated] of AES_256.generated" {
		t.Errorf("a rotation that failed left %s", got)
	}

	f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = time.Hour })
	leaving, leave := context.WithCancel(ctx)
	f.Waiting = func(string) func() { leave(); return func() {} }
	_, err = f.Rotate(leaving, k.ID, 0)
	says(t, err, keyadmin.ErrUnavailable, "is still under way and may yet succeed")
	says(t, err, context.Canceled)
}

// TestFirstVersion: a secret that Terraform made has none, and is not a usable key
// until rotate makes it.
func TestFirstVersion(t *testing.T) {
	for _, b := range []lockboxtest.Behavior{{}, {CopyGenerated: true}} {
		f := start(t, b)
		id, _ := f.AddSecret(&lockbox.Secret{Name: "terraformed",
			PayloadSpecification: &lockbox.Secret_PasswordPayloadSpecification{
				PasswordPayloadSpecification: specification(key.AES192)}})
		k, err := f.Get(ctx, key.ID(id))
		if err != nil || k.PrimaryVersion != nil {
			t.Fatalf("before: %+v, %v", k, err)
		}
		v, err := f.Rotate(ctx, k.ID, 0)
		if err != nil || v.Algorithm != key.AES192 || !v.Primary {
			t.Fatalf("the first version is %+v, %v", v, err)
		}
		if got := f.entries(k.ID, v.ID); got != "[AES_192.generated] of AES_192.generated" {
			t.Errorf("it has %s", got)
		}
		if _, err := f.Versions(ctx, k.ID); err != nil {
			t.Error(err)
		}
	}
}

// TestWritesOnce: rekey itself never asks for a change twice, but when its
// token was not accepted.
func TestWritesOnce(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	k := f.create(0)
	const method = lockbox.SecretService_AddVersion_FullMethodName
	for _, code := range []codes.Code{codes.Unavailable, codes.Internal, codes.Aborted, codes.DeadlineExceeded} {
		f.ResetCounts()
		heal := f.Inject(lockboxtest.Fault{Method: method, Code: code})
		_, err := f.Rotate(ctx, k.ID, 0)
		says(t, err, keyadmin.ErrUnavailable)
		if n := f.Calls(method); n != 1 {
			t.Errorf("%v: %d calls, want 1", code, n)
		}
		heal()
	}
	f.Inject(lockboxtest.Fault{Method: operation.OperationService_Get_FullMethodName, Code: codes.Unavailable,
		Times: 2})
	f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = 10 * time.Millisecond })
	if _, err := f.Rotate(ctx, k.ID, 0); err != nil {
		t.Errorf("looking at an operation is repeated: %v", err)
	}
}

// TestCheck finds what is wrong, and nothing where all is well.
func TestCheck(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	healthy := f.create(0)
	if _, err := f.Rotate(ctx, healthy.ID, 0); err != nil {
		t.Fatal(err)
	}
	deleted := f.create(0)
	if _, err := f.Delete(ctx, deleted.ID); err != nil {
		t.Fatal(err)
	}
	f.AddSecret(nil, lockboxtest.Version{lockboxtest.Text("password", "x")})
	if found, err := f.findings(); err != nil || len(found) != 0 {
		t.Fatalf("nothing is wrong, and found is %+v, %v", found, err)
	}
	material := func(n byte) *lockbox.Payload_Entry {
		return lockboxtest.Binary("AES_256", bytes.Repeat([]byte{n}, 32))
	}
	one := func(entries ...*lockbox.Payload_Entry) lockboxtest.Version {
		return lockboxtest.Version(entries)
	}
	for problem, setUp := range map[string]func() string{
		"has 2 entries": func() string {
			id, _ := f.AddSecret(nil, one(material(1), lockboxtest.Text("note", "x")))
			return id
		},
		"want 32": func() string {
			id, _ := f.AddSecret(nil, one(lockboxtest.Binary("AES_256", []byte{1})))
			return id
		},
		"it has the material of version": func() string {
			id, _ := f.AddSecret(nil, one(material(2)), one(material(2)))
			return id
		},
		"the primary is scheduled for destruction": func() string {
			id, _ := f.AddSecret(nil, one(material(3)))
			f.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) {
				s.CurrentVersion.Status = lockbox.Version_SCHEDULED_FOR_DESTRUCTION
			})
			return id
		},
		"the primary is DESTROYED": func() string {
			id, _ := f.AddSecret(nil, one(material(4)))
			f.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) {
				s.CurrentVersion.Status = lockbox.Version_DESTROYED
			})
			return id
		},
		"may have both": func() string {
			id, _ := f.AddSecret(
				&lockbox.Secret{
					PayloadSpecification: &lockbox.Secret_PasswordPayloadSpecification{
						PasswordPayloadSpecification: specification(key.AES128)}}, one(material(5)))
			return id
		},
		"it has no primary version": func() string {
			id, _ := f.AddSecret(
				&lockbox.Secret{
					PayloadSpecification: &lockbox.Secret_PasswordPayloadSpecification{
						PasswordPayloadSpecification: specification(key.AES128)}})
			return id
		},
		"has the same name": func() string {
			f.AddSecret(&lockbox.Secret{Name: "twin"}, one(material(6)))
			id, _ := f.AddSecret(&lockbox.Secret{Name: "twin"}, one(material(7)))
			return id
		},
	} {
		id := setUp()
		found, err := f.findings()
		var about []keyadmin.Finding
		for _, finding := range found {
			if finding.KeyID == key.ID(id) {
				about = append(about, finding)
			}
		}
		if err != nil || len(about) != 1 || !strings.Contains(about[0].Problem, problem) || about[0].Advice == "" {
			t.Errorf("%s: check finds %+v, %v", problem, about, err)
		}
	}
	found, err := f.findings("e6qnosuchsecret00000")
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Problem, "there is no such secret") {
		t.Errorf("an unknown id: %+v, %v", found, err)
	}
}

// TestRepair: a version with two entries, as a merge elsewhere makes it, is
// followed by a good one.
func TestRepair(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.AddSecret(nil, lockboxtest.Version{lockboxtest.Binary("AES_256", bytes.Repeat([]byte{1}, 32)),
		lockboxtest.Text("note", "x")})
	v, err := f.Rotate(ctx, key.ID(id), 0)
	if err != nil || f.entries(key.ID(id), v.ID) != "[AES_256] of " {
		t.Errorf("rotated to %+v, %v", v, err)
	}
	planted := f.AddVersion(id, lockboxtest.Version{lockboxtest.Text("note", "x")})
	if found, err := f.findings(); err != nil || len(found) != 2 || found[1].VersionID != key.VersionID(planted) {
		t.Errorf("check finds %+v, %v", found, err)
	}
	if k, err := f.SetPrimary(ctx, key.ID(id), v.ID); err != nil || k.PrimaryVersion.ID != v.ID {
		t.Errorf("going back behind a version that is not a key: %+v, %v", k, err)
	}
}

// TestFormerPrimary: when a version was the primary last is in Lockbox's
// operations; where it is not, force is needed.
func TestFormerPrimary(t *testing.T) {
	f := start(t, lockboxtest.Behavior{MaxPage: 1})
	k := f.create(0)
	second, err := f.Rotate(ctx, k.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Hour)
	if _, err := f.SetPrimary(ctx, k.ID, k.PrimaryVersion.ID); err != nil {
		t.Fatal(err)
	}
	f.Inject(lockboxtest.Fault{Method: "SetCurrentVersion", Times: 1, Operation: true, Code: codes.Internal})
	_, err = f.SetPrimary(ctx, k.ID, second.ID)
	says(t, err, keyadmin.ErrUnavailable, "not done")
	f.Advance(time.Minute)
	plain := keyadmin.Schedule{Pending: keyadmin.DefaultPending}
	_, err = f.ScheduleDestruction(ctx, k.ID, second.ID, plain)
	says(t, err, keyadmin.ErrRefused, "was the primary until")
	f.Advance(4*time.Minute + time.Second)
	if _, err = f.ScheduleDestruction(ctx, k.ID, second.ID, plain); err != nil {
		t.Error(err)
	}
}

// TestSlowRotation: a version becomes the primary when its operation is done,
// and not when it was created.
func TestSlowRotation(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	k := f.create(0)
	f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = time.Hour })
	go func() {
		for f.Calls(operation.OperationService_Get_FullMethodName) == 0 { // until it has begun
			time.Sleep(time.Millisecond)
		}
		f.Advance(time.Hour)
	}()
	if _, err := f.Rotate(ctx, k.ID, 0); err != nil {
		t.Fatal(err)
	}
	f.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = 0 })
	_, err := f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, keyadmin.Schedule{Pending: keyadmin.DefaultPending})
	says(t, err, keyadmin.ErrRefused, "was the primary until")
}

// TestHiddenHistory: when a version was the primary is not known where Lockbox
// does not show its operations.
func TestHiddenHistory(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	f.Inject(noListOperations)
	k := f.create(0)
	if _, err := f.Rotate(ctx, k.ID, 0); err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Hour)
	plain := keyadmin.Schedule{Pending: keyadmin.DefaultPending}
	_, err := f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, plain)
	says(t, err, keyadmin.ErrRefused, "does not show its operations", "until "+
		keyadmin.Date(f.Server.Now().Add(f.Window)), "--force")
	plain.Force = true
	if _, err := f.ScheduleDestruction(ctx, k.ID, k.PrimaryVersion.ID, plain); err != nil {
		t.Error(err)
	}
}

// TestNames: what looks like an id is not a name, and what is not an id is not found.
func TestNames(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	_, err := f.Create(ctx, keyadmin.Creation{Name: "abcdefghij0123456789"})
	says(t, err, keyadmin.ErrInvalid, "looks like an id")
	if _, err := f.Create(ctx, keyadmin.Creation{Name: "abcdefghij-123456789"}); err != nil {
		t.Error(err)
	}
	f.Inject(lockboxtest.Fault{Secret: "orders", Code: codes.InvalidArgument})
	_, err = f.Get(ctx, "orders")
	says(t, err, keyadmin.ErrNotFound)
}

// TestProtected: a secret that Lockbox protects is not deleted, and that is said.
func TestProtected(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	k := f.create(0)
	f.Change(string(k.ID), func(s *lockbox.Secret, _ []*lockbox.Version) { s.DeletionProtection = true })
	says(t, f.Remove(ctx, k.ID), keyadmin.ErrRefused, "is protected from deletion")
	if _, err := f.Get(ctx, k.ID); err != nil {
		t.Error(err)
	}
}
