package admin

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

const (
	active    = lockbox.Version_ACTIVE
	scheduled = lockbox.Version_SCHEDULED_FOR_DESTRUCTION
	destroyed = lockbox.Version_DESTROYED
)

// row is a state of a secret: a row of docs/lockbox.md, "States and ways out".
type row struct {
	name     string
	status   lockbox.Secret_Status
	versions []lockbox.Version_Status // the last one is the primary
	listed   bool
	note     string   // of list
	finds    string   // of check KEY
	out      []string // commands that lead to a key that encrypts, or away with it
}

var rows = []row{
	{"enabled", lockbox.Secret_ACTIVE, []lockbox.Version_Status{active, active}, true, "", "", nil},
	{"enabled, an old version scheduled", lockbox.Secret_ACTIVE, []lockbox.Version_Status{scheduled, active}, true,
		"1 version to be destroyed", "it will be destroyed", []string{"cancel"}},
	{"enabled, its primary scheduled", lockbox.Secret_ACTIVE, []lockbox.Version_Status{active, scheduled}, true,
		"primary to be destroyed", "the primary is scheduled", []string{"cancel", "rotate", "set-primary"}},
	{"enabled, its primary destroyed", lockbox.Secret_ACTIVE, []lockbox.Version_Status{active, destroyed}, true,
		"no primary version", "the primary is DESTROYED", []string{"rotate", "set-primary"}},
	{"enabled, all versions scheduled", lockbox.Secret_ACTIVE, []lockbox.Version_Status{scheduled, scheduled}, true,
		"primary to be destroyed", "the primary is scheduled", []string{"cancel", "delete --now"}},
	{"enabled, all versions destroyed", lockbox.Secret_ACTIVE, []lockbox.Version_Status{destroyed}, true,
		"no primary version", "the primary is DESTROYED", []string{"delete --now"}},
	{"enabled, without a version", lockbox.Secret_ACTIVE, nil, true,
		"no primary version", "it has no primary version", []string{"rotate", "delete --now"}},
	{"disabled", lockbox.Secret_INACTIVE, []lockbox.Version_Status{active, active}, true, "", "it is disabled",
		[]string{"enable", "delete --now"}},
	{"disabled, an old version scheduled", lockbox.Secret_INACTIVE, []lockbox.Version_Status{scheduled, active}, true,
		"1 version to be destroyed", "it is disabled", []string{"enable", "delete --now"}},
	{"disabled, its primary scheduled", lockbox.Secret_INACTIVE, []lockbox.Version_Status{active, scheduled}, true,
		"primary to be destroyed", "the primary is scheduled",
		[]string{"cancel enable", "set-primary enable", "delete --now"}},
	{"disabled, its primary destroyed", lockbox.Secret_INACTIVE, []lockbox.Version_Status{active, destroyed}, true,
		"no primary version", "the primary is DESTROYED", []string{"set-primary enable", "enable rotate",
			"delete --now"}},
	{"disabled, without a version", lockbox.Secret_INACTIVE, nil, true,
		"no primary version", "it is disabled", []string{"enable rotate", "delete --now"}},
	{"being deleted", lockbox.Secret_INACTIVE, []lockbox.Version_Status{scheduled, scheduled}, true,
		"to be deleted", "it is being deleted", []string{"cancel enable", "delete --now"}},
	{"deleted", lockbox.Secret_INACTIVE, []lockbox.Version_Status{destroyed, destroyed}, false,
		"deleted permanently", "it has been deleted", []string{"delete --now"}},
	{"being created", lockbox.Secret_CREATING, []lockbox.Version_Status{active}, true, "", "it is still being created",
		[]string{"delete --now"}},
}

// put sets a secret up in the state of a row.
func (f *fixture) put(r row) key.ID {
	template := &lockbox.Secret{Name: "orders", Status: r.status,
		PayloadSpecification: &lockbox.Secret_PasswordPayloadSpecification{
			PasswordPayloadSpecification: specification(key.AES256)}}
	var versions []lockboxtest.Version
	for i := range r.versions {
		text := strings.Repeat(fmt.Sprintf("%d-abcdefghijklmnop", i), 4)[:64]
		versions = append(versions,
			lockboxtest.Version{lockboxtest.Text("AES_256.generated", text)})
	}
	id, _ := f.AddSecret(template, versions...)
	f.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) {
		for i, v := range all {
			if v.Status = r.versions[i]; v.Status == scheduled {
				v.DestroyAt = timestamppb.New(f.Server.Now().Add(keyadmin.DeleteGrace))
			}
		}
	})
	return key.ID(id)
}

// try runs the commands of a way out.
func (f *fixture) try(id key.ID, way string) error {
	all, _ := f.Versions(ctx, id)
	for _, word := range strings.Fields(strings.ReplaceAll(way, " --now", "-now")) {
		var err error
		switch word {
		case "cancel": // the primary
			for _, v := range slices.Backward(all) {
				if v.Status == key.VersionScheduled {
					_, err = f.CancelDestruction(ctx, id, v.ID)
					break
				}
			}
		case "rotate":
			_, err = f.Rotate(ctx, id, 0)
		case "set-primary":
			_, err = f.SetPrimary(ctx, id, all[0].ID)
		case "enable":
			_, err = f.SetStatus(ctx, id, key.Active)
		case "delete-now":
			err = f.Remove(ctx, id)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
	}
	return nil
}

// TestStates: every state is shown as what it is, and has a way out, which the
// documentation has as well.
func TestStates(t *testing.T) {
	document, err := os.ReadFile("../../../../docs/lockbox.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !strings.Contains(string(document), "\n- "+r.name+": ") {
			t.Errorf("docs/lockbox.md has no state %q", r.name)
		}
		f := start(t, lockboxtest.Behavior{})
		id := f.put(r)
		listed, err := f.List(ctx)
		all, errAll := f.ListAll(ctx)
		if err != nil || errAll != nil || len(listed) == 1 != r.listed || len(all) != 1 || all[0].ID != id ||
			!strings.HasPrefix(all[0].Note(), r.note) || r.note == "" && all[0].Note() != "" {
			t.Errorf("%s: list shows %v, --all %+v (%q), %v, %v", r.name, listed, all[0], all[0].Note(), err, errAll)
		}
		c, err := f.Check(ctx, id)
		if err != nil || r.finds == "" != (len(c.Findings) == 0) || r.finds != "" &&
			!slices.ContainsFunc(c.Findings, func(f keyadmin.Finding) bool {
				return strings.HasPrefix(f.Problem, r.finds) && f.Advice != ""
			}) {
			t.Errorf("%s: check finds %+v, %v", r.name, c, err)
		}
		if named := scheduledIn(c.Findings); named != strings.Count(fmt.Sprint(r.versions), "SCHEDULED") {
			t.Errorf("%s: check names %d scheduled versions: %+v", r.name, named, c.Findings)
		}
		for _, way := range r.out {
			f := start(t, lockboxtest.Behavior{})
			id := f.put(r)
			if err := f.try(id, way); err != nil {
				t.Errorf("%s: %v", r.name, err)
				continue
			}
			k, err := f.Get(ctx, id)
			switch {
			case strings.HasSuffix(way, "--now"):
				if _, err := f.Create(ctx, keyadmin.Creation{Name: "orders"}); err != nil {
					t.Errorf("%s: after %s the name is not free: %v", r.name, way, err)
				}
			case err != nil || k.Status != key.Active || k.PrimaryVersion == nil ||
				k.PrimaryVersion.Status != key.VersionActive:
				t.Errorf("%s: after %s the key is %+v, %v", r.name, way, k, err)
			}
		}
	}
}

// TestAdvice: what check says to do about a state works when it is typed, each
// way that it names.
func TestAdvice(t *testing.T) {
	for _, r := range rows {
		f := start(t, lockboxtest.Behavior{})
		c, err := f.Check(ctx, f.put(r))
		f.must(c, err)
		for i, found := range c.Findings {
			if strings.HasPrefix(found.Advice, "give it a usable primary, ") {
				continue // which is another finding
			}
			for way := range strings.Split(found.Advice, ", or ") {
				f := start(t, lockboxtest.Behavior{})
				id := f.put(r)
				c, err := f.Check(ctx, id)
				f.must(c, err)
				advice := strings.Split(c.Findings[i].Advice, ", or ")[way]
				if err := f.typed(id, advice); err != nil {
					t.Errorf("%s, %s: %s: %v", r.name, found.Problem, advice, err)
				}
			}
		}
	}
}

var command = regexp.MustCompile("`rekey keys ([a-z-]+) ?([^`]*)`")

// typed runs the commands that an advice quotes.
func (f *fixture) typed(id key.ID, advice string) (err error) {
	for _, c := range command.FindAllStringSubmatch(advice, -1) {
		all, _ := f.Versions(ctx, id)
		args := append(strings.Fields(c[2]), "", "")
		switch v := key.VersionID(args[1]); c[1] {
		case "cancel-destruction":
			_, err = f.CancelDestruction(ctx, id, cmp.Or(v, all[len(all)-1].ID))
		case "set-primary":
			_, err = f.SetPrimary(ctx, id, all[0].ID)
		case "enable":
			_, err = f.SetStatus(ctx, id, key.Active)
		case "rotate":
			_, err = f.Rotate(ctx, id, 0)
		case "delete":
			err = f.Remove(ctx, id)
		case "get":
		default:
			err = errors.New("what is that?")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c[1], err)
		}
	}
	return nil
}

// scheduledIn is how many versions findings name as to be destroyed.
func scheduledIn(found []keyadmin.Finding) (n int) {
	for _, f := range found {
		if f.VersionID != "" && strings.Contains(f.Problem, "destr") && !strings.Contains(f.Problem, "DESTROYED") {
			n++
		}
	}
	return n
}

// TestNoVersion: what has no version is disabled and not deleted, and delete
// promises no destruction.
func TestNoVersion(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id := key.ID(f.AddSpecified("orders", "AES_256.generated"))
	_, err := f.Delete(ctx, id)
	says(t, err, keyadmin.ErrRefused, "`rekey keys delete "+string(id)+" --now` removes it")
	f.must(f.SetStatus(ctx, id, key.Inactive))
	_, err = f.Rotate(ctx, id, 0)
	says(t, err, keyadmin.ErrRefused, "enable it first")
	f.must(f.SetStatus(ctx, id, key.Active))
	f.must(f.Rotate(ctx, id, 0))
}

// TestHusk: the name of a deleted key is blocked, which is said, and freed.
func TestHusk(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	k, err := f.Create(ctx, keyadmin.Creation{Name: "orders"})
	f.must(k, err)
	f.must(f.Delete(ctx, k.ID))
	f.Advance(keyadmin.DeleteGrace)
	_, err = f.Create(ctx, keyadmin.Creation{Name: "orders"})
	says(t, err, keyadmin.ErrExists, "which has been deleted", "`rekey keys delete "+string(k.ID)+" --now` frees it")
	_, err = f.Get(ctx, k.ID)
	says(t, err, keyadmin.ErrNotFound, "has been deleted", "`rekey keys delete "+string(k.ID)+" --now`")
	if err := f.Remove(ctx, k.ID); err != nil {
		t.Fatal(err)
	}
	f.must(f.Create(ctx, keyadmin.Creation{Name: "orders"}))
}

// TestUndoneInPart: what is still scheduled after a deletion was taken back in
// part is in the key, and found.
func TestUndoneInPart(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, old, primary := f.pair()
	f.must(f.Delete(ctx, id))
	f.must(f.CancelDestruction(ctx, id, primary))
	k, err := f.SetStatus(ctx, id, key.Active)
	if err != nil || len(k.Scheduled) != 1 || k.Scheduled[0].ID != old {
		t.Errorf("enabled: %+v, %v", k, err)
	}
	for name, ids := range map[string][]key.ID{"all": nil, "the key": {id}} {
		c, err := f.Check(ctx, ids...)
		if err != nil || len(c.Findings) != 1 || c.Findings[0].VersionID != old || !c.Findings[0].State {
			t.Errorf("check of %s finds %+v, %v", name, c, err)
		}
	}
}

// TestInterrupted: a rotation to another algorithm, or to material of another
// maker, that ended in the middle is found, and what is advised helps.
func TestInterrupted(t *testing.T) {
	for _, to := range []struct {
		material  Material
		algorithm key.Algorithm
		says      string
	}{{AsBefore, key.AES128, `Lockbox generates an entry "AES_128.generated"`},
		{Local, 0, "Lockbox no longer generates"}} {
		f := start(t, lockboxtest.Behavior{})
		id, _, primary := f.pair()
		f.Material = to.material
		f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_AddVersion_FullMethodName, Code: codes.Unavailable,
			Meanwhile: func() {
				f.Inject(lockboxtest.Fault{Code: codes.ResourceExhausted}) // rekey is cut off
			}})
		_, err := f.Rotate(ctx, id, to.algorithm)
		says(t, err, keyadmin.ErrUnavailable, "could not be changed back: `rekey keys check "+string(id)+"`")
		f.Heal()
		f.Material = AsBefore
		found, err := f.findings(id)
		if err != nil || len(found) != 1 || !strings.Contains(found[0].Problem, to.says) ||
			!strings.Contains(found[0].Advice, fmt.Sprintf("`rekey keys rotate %s --algorithm AES_256`", id)) {
			t.Errorf("check finds %+v, %v", found, err)
		}
		f.must(f.Rotate(ctx, id, key.AES256))
		if found, err := f.findings(id); err != nil || len(found) != 0 {
			t.Errorf("after %s: %+v, %v", primary, found, err)
		}
	}
}

// TestPartial: what is found is returned though something cannot be seen, which
// is named.
func TestPartial(t *testing.T) {
	material := func(n int) lockboxtest.Version {
		return lockboxtest.Version{lockboxtest.Binary("AES_256", bytes.Repeat([]byte{byte(n + 1)}, 32))}
	}
	for name, method := range map[string]string{
		"list": lockbox.SecretService_ListVersions_FullMethodName, "payload": lockbox.PayloadService_Get_FullMethodName,
	} {
		for _, code := range []codes.Code{codes.NotFound, codes.PermissionDenied, codes.ResourceExhausted} {
			f := start(t, lockboxtest.Behavior{})
			var ids []string
			for n := range 12 {
				id, _ := f.AddSecret(&lockbox.Secret{Name: fmt.Sprint("key", n)}, material(n))
				ids = append(ids, id)
			}
			f.Inject(lockboxtest.Fault{Method: method, Secret: ids[3], Code: code})
			c, err := f.Check(ctx)
			if code == codes.PermissionDenied && name == "payload" { // a role that is missing is a finding
				if err != nil || len(c.Findings) != 1 {
					t.Errorf("%s: %v: check finds %+v, %v", name, code, c, err)
				}
			} else {
				says(t, err, keyadmin.ErrUnseen, ids[3], `("key3")`)
				if c == nil || c.Keys < 11 {
					t.Errorf("%s: %v: checked %+v", name, code, c)
				}
			}
			if name == "list" {
				all, err := f.List(ctx)
				says(t, err, keyadmin.ErrUnseen, ids[3], `("key3")`)
				if len(all) != 11 {
					t.Errorf("%v: %d keys are listed", code, len(all))
				}
			}
		}
	}
}

// TestFewCalls: a name costs a call for a page of names and two for its key; a
// list asks for several keys concurrently, and not endlessly where nothing answers.
func TestFewCalls(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	for n := range 200 {
		f.AddSecret(&lockbox.Secret{Name: fmt.Sprint("key", n)},
			lockboxtest.Version{lockboxtest.Binary("AES_256", bytes.Repeat([]byte{byte(n)}, 31+n%2))})
	}
	f.ResetCounts()
	k, err := keyadmin.FindListed(ctx, f.Admin, "key150")
	if n := f.Calls(service+"List") + f.Calls(service+"Get") + f.Calls(service+"ListVersions"); err != nil ||
		k.Name != "key150" || n != 3 {
		t.Errorf("found %+v, %v, with %d calls", k, err, n)
	}
	f.ResetCounts()
	heal := f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_ListVersions_FullMethodName,
		Latency: 5 * time.Millisecond})
	all, err := f.List(ctx)
	heal()
	if n := f.Calls(service + "ListVersions"); err != nil || len(all) != 200 || n != 200 ||
		f.MostInFlight() > concurrency || f.MostInFlight() < 2 {
		t.Errorf("%d keys, %v, with %d calls, %d concurrently", len(all), err, n, f.MostInFlight())
	}
	f.ResetCounts()
	c, err := f.Check(ctx)
	if n := f.Calls(service + "List"); err != nil || c.Keys != 200 || n != 1 ||
		f.Calls(service+"ListVersions") != 200 || f.PayloadGets("") != 200 {
		t.Errorf("checked %+v, %v, with %d lists", c.Keys, err, n)
	}
	heal = f.Inject(lockboxtest.Fault{Method: lockbox.PayloadService_Get_FullMethodName, Code: codes.ResourceExhausted})
	_, err = f.Check(ctx)
	heal()
	says(t, err, keyadmin.ErrUnseen, "and 195 more")
	if n := strings.Count(err.Error(), "quota"); n != 1 {
		t.Errorf("the cause is said %d times: %v", n, err)
	}
	f.Inject(lockboxtest.Fault{Method: lockbox.SecretService_ListVersions_FullMethodName,
		Code: codes.ResourceExhausted})
	f.ResetCounts()
	_, err = f.List(ctx)
	says(t, err, keyadmin.ErrUnseen, "and 195 more")
	if n := strings.Count(err.Error(), "quota"); n != 1 {
		t.Errorf("the cause is said %d times: %v", n, err)
	}
	if n := f.Calls(service + "ListVersions"); n > 2*tooMany {
		t.Errorf("a quota that is used up is asked for %d times", n)
	}
}

// TestFolder: who names a folder changes the keys in it, and may look at others.
func TestFolder(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	const elsewhere = "b1g0000000elsewhere0"
	f.Grant(account, lockboxtest.Admin, elsewhere)
	id, versions := f.AddSecret(&lockbox.Secret{FolderId: elsewhere},
		lockboxtest.Version{lockboxtest.Binary("AES_256", bytes.Repeat([]byte{1}, 32))})
	for i, err := range everyMethod(f, key.ID(id), key.VersionID(versions[0])) {
		if i < 2 && err != nil { // Get, Versions
			t.Errorf("looking at a key in another folder: %v", err)
		}
		if i >= 2 {
			says(t, err, keyadmin.ErrRefused, "is in folder "+elsewhere+", and not in "+lockboxtest.DefaultFolder)
		}
	}
	if k, err := f.Get(ctx, key.ID(id)); err != nil || k.FolderID != elsewhere {
		t.Errorf("got %+v, %v", k, err)
	}
	f.FolderID = "" // what needs none works without
	f.must(f.Rotate(ctx, key.ID(id), 0))
	_, err := f.List(ctx)
	says(t, err, keyadmin.ErrInvalid, "REKEY_FOLDER_ID")
	_, err = f.Create(ctx, keyadmin.Creation{})
	says(t, err, keyadmin.ErrInvalid, "REKEY_FOLDER_ID")
}
