package lockboxtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"rekey/deploy/local/lockboxtest"
)

// versions are all of a secret, in pages of two.
func (w *world) versions(id string) (all []*lockbox.Version, err error) {
	r := &lockbox.ListVersionsRequest{SecretId: id, PageSize: 2}
	for {
		page, err := w.secrets.ListVersions(w.ctx, r)
		if err != nil || len(page.GetVersions()) > 2 {
			return nil, err
		}
		all = append(all, page.GetVersions()...)
		if r.PageToken = page.GetNextPageToken(); r.PageToken == "" {
			return all, nil
		}
	}
}

// TestCreate is the table in the comment of create_version, and what is shown
// of what was created.
func TestCreate(t *testing.T) {
	entries := []*lockbox.PayloadEntryChange{change("k", "v")}
	withEntries := &lockbox.CreateSecretRequest{Name: "n", Description: "d", VersionDescription: "v",
		VersionPayloadEntries: entries}
	later := generated(&spec{PasswordKey: "k"})
	later.CreateVersion = no()
	for name, test := range map[string]struct {
		r       *lockbox.CreateSecretRequest
		version bool
	}{
		"nothing":        {&lockbox.CreateSecretRequest{}, false},
		"entries":        {withEntries, true},
		"specification":  {generated(&spec{PasswordKey: "k"}), true},
		"false, entries": {&lockbox.CreateSecretRequest{CreateVersion: no(), VersionPayloadEntries: entries}, false},
		"false, spec":    {later, false},
	} {
		w := start(t, lockboxtest.Options{})
		op := must(w.create(test.r))(t)
		var about lockbox.CreateSecretMetadata
		sec := result[*lockbox.Secret](t)(op, op.GetMetadata().UnmarshalTo(&about))
		v := sec.GetCurrentVersion()
		if sec.GetId() != about.GetSecretId() || v.GetId() != about.GetVersionId() || (v != nil) != test.version ||
			!proto.Equal(sec, w.show(sec.GetId())) || sec.GetFolderId() != folder || sec.GetCreatedAt() == nil ||
			sec.GetName() != test.r.Name || sec.GetDescription() != test.r.Description ||
			v.GetDescription() != test.r.VersionDescription || len(sec.GetId()) != 20 {
			t.Errorf("%s: created %v, metadata %v; want a version: %v", name, sec, &about, test.version)
		}
	}
}

// TestAddVersion merges changes onto a version with entries a (text) and b
// (binary); an older one has only o.
func TestAddVersion(t *testing.T) {
	a, b := lockboxtest.Text("a", "1"), lockboxtest.Binary("b", []byte{2})
	o, c := lockboxtest.Text("o", "0"), lockboxtest.Text("c", "3")
	for name, test := range map[string]struct {
		old     bool // base is the older version
		changes []*lockbox.PayloadEntryChange
		want    []*lockbox.Payload_Entry
	}{
		"nothing":    {want: []*lockbox.Payload_Entry{a, b}},
		"older base": {old: true, want: []*lockbox.Payload_Entry{o}},
		"new entry": {changes: []*lockbox.PayloadEntryChange{change("c", "3")},
			want: []*lockbox.Payload_Entry{a, b, c}},
		"removal": {changes: []*lockbox.PayloadEntryChange{removal("a")}, want: []*lockbox.Payload_Entry{b}},
		"remove and set": {changes: []*lockbox.PayloadEntryChange{removal("a"), removal("b"), change("c", "3")},
			want: []*lockbox.Payload_Entry{c}},
		"text to binary": {changes: []*lockbox.PayloadEntryChange{binaryChange("a", []byte{9})},
			want: []*lockbox.Payload_Entry{lockboxtest.Binary("a", []byte{9}), b}},
	} {
		w := start(t, lockboxtest.Options{})
		id, v := w.AddSecret(nil, lockboxtest.Version{o},
			lockboxtest.Version{a, b})
		r := &lockbox.AddVersionRequest{SecretId: id, PayloadEntries: test.changes, Description: "d"}
		if test.old {
			r.BaseVersionId = v[0]
		}
		added := result[*lockbox.Version](t)(w.secrets.AddVersion(w.ctx, r))
		got := must(w.get(id, ""))(t)
		if !proto.Equal(got, &lockbox.Payload{VersionId: added.GetId(), Entries: test.want}) ||
			added.GetDescription() != "d" || len(added.GetPayloadEntryKeys()) != len(test.want) {
			t.Errorf("%s: entries are %v, want %v; added %v", name, got, test.want, added)
		}
		base := must(w.get(id, v[1]))(t)
		if !proto.Equal(base, &lockbox.Payload{VersionId: v[1], Entries: []*lockbox.Payload_Entry{a, b}}) {
			t.Errorf("%s: the base version became %v", name, base)
		}
	}
}

// TestGenerated makes versions of a generated secret in both worlds.
func TestGenerated(t *testing.T) {
	only := func(w *world, id string) (name, text string) {
		p := must(w.get(id, ""))(t).GetEntries()
		if len(p) != 1 {
			t.Fatalf("entries are %v, want one", p)
		}
		return p[0].GetKey(), p[0].GetTextValue()
	}
	for _, copies := range []bool{false, true} {
		w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{CopyGenerated: copies}})
		id := result[*lockbox.Secret](t)(w.create(generated(&spec{PasswordKey: "a", Length: 64,
			IncludePunctuation: no()}))).GetId()
		name, first := only(w, id)
		kinds := []string{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"}
		for _, kind := range kinds {
			if name != "a" || len(first) != 64 || !strings.ContainsAny(first, kind) ||
				strings.Trim(first, strings.Join(kinds, "")) != "" {
				t.Errorf("generated %s = %q", name, first)
			}
		}
		must(w.add(id))(t)
		if _, second := only(w, id); (second == first) != copies {
			t.Errorf("copies: %v; the first text is %q, the second %q", copies, first, second)
		}
		// Another entry: the specification first, then the old one away.
		must(w.update(id, "password_payload_specification", &spec{PasswordKey: "b"}))(t)
		must(w.add(id, removal("a")))(t)
		if name, text := only(w, id); name != "b" || len(text) != 20 {
			t.Errorf("copies: %v; generated %s = %q", copies, name, text)
		}
		// Material of one's own in its place.
		must(w.update(id, "password_payload_specification", nil))(t)
		must(w.add(id, removal("b"), change("c", "own")))(t)
		if name, text := only(w, id); name != "c" || text != "own" {
			t.Errorf("copies: %v; the entry is %s = %q", copies, name, text)
		}
	}
}

func TestSetCurrentVersion(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x", "y", "z")
	must(w.setCurrent(id, v[1]))(t)
	all := must(w.versions(id))(t)
	if got := must(w.get(id, ""))(t).GetVersionId(); got != v[1] || w.show(id).GetCurrentVersion().GetId() != v[1] ||
		len(all) != 3 || all[0].GetId() != v[0] || all[2].GetId() != v[2] {
		t.Errorf("current version is %s of %v, want %s", got, all, v[1])
	}
}

// TestDestroy: a version is destroyed when its time has come, which may be set
// again, unless it is cancelled; the current one goes like any other, and then
// the secret has one that nobody can read.
func TestDestroy(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w := start(t, lockboxtest.Options{Now: func() time.Time { return now }})
	id, v := w.text("x", "y")
	must(w.schedule(id, v[1], time.Minute))(t)
	got := result[*lockbox.Version](t)(w.schedule(id, v[1], time.Hour))
	if got.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION ||
		!got.GetDestroyAt().AsTime().Equal(now.Add(time.Hour)) {
		t.Errorf("got %v; want destruction at %v", got, now.Add(time.Hour))
	}
	wantCode(w.get(id, ""))(t, codes.FailedPrecondition)
	w.Advance(time.Hour - time.Nanosecond)
	must(w.cancel(id, v[1]))(t)
	w.Advance(time.Hour)
	if got := must(w.get(id, ""))(t); got.GetEntries()[0].GetTextValue() != "y" {
		t.Errorf("saved version has %v", got.GetEntries())
	}
	must(w.schedule(id, v[1], time.Hour))(t)
	w.Advance(time.Hour)
	got = w.show(id).GetCurrentVersion()
	if got.GetId() != v[1] || got.GetStatus() != lockbox.Version_DESTROYED || got.GetDestroyAt() != nil {
		t.Errorf("when its time has come the version is %v", got)
	}
	wantCode(w.add(id))(t, codes.FailedPrecondition) // merges onto the current version
	must(w.get(id, v[0]))(t)
}

// TestUnreadable: the codes that nobody has published can be set.
func TestUnreadable(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{InactiveSecret: 1, NoVersion: 2,
		ScheduledVersion: 3,
		DestroyedVersion: 4, UnknownVersion: 6}})
	id, v := w.text("x")
	status := func(to lockbox.Version_Status) {
		w.Change(id, func(_ *lockbox.Secret, v []*lockbox.Version) { v[0].Status = to })
	}
	wantCode(w.get(id, "e6qunknown"))(t, 6)
	status(lockbox.Version_SCHEDULED_FOR_DESTRUCTION)
	wantCode(w.get(id, ""))(t, 3)
	w.Advance(1e6 * time.Hour) // without a time it waits forever
	wantCode(w.get(id, v[0]))(t, 3)
	status(lockbox.Version_DESTROYED)
	wantCode(w.get(id, v[0]))(t, 4)
	w.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) { s.CurrentVersion = nil })
	wantCode(w.get(id, ""))(t, 2)
	must(w.deactivate(id))(t)
	wantCode(w.get(id, ""))(t, 1)
}

// TestPages: 100 items are a page if no size is said, or as many as the server
// gives.
func TestPages(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	w.AddSecret(&lockbox.Secret{FolderId: "b1gother"})
	var want []string
	for range 101 {
		id, _ := w.text("x")
		want = append(want, id)
	}
	first := must(w.list(0, ""))(t)
	second := must(w.list(0, first.GetNextPageToken()))(t)
	w.Configure(func(b *lockboxtest.Behavior) { b.MaxPage = 2 })
	if page := must(w.list(1000, ""))(t); len(page.GetSecrets()) != 2 || page.GetNextPageToken() == "" {
		t.Errorf("a page has %d secrets, want 2", len(page.GetSecrets()))
	}
	if n := len(first.GetSecrets()); n != 100 || len(second.GetSecrets()) != 1 || second.GetNextPageToken() != "" ||
		first.GetSecrets()[0].GetId() != want[0] || second.GetSecrets()[0].GetId() != want[100] {
		t.Errorf("pages of %d and %d secrets: %v", n, len(second.GetSecrets()), second)
	}
}
