package lockboxtest_test

import (
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"rekey/deploy/local/lockboxtest"
)

func (w *world) addVersion(id string, changes ...*lockbox.PayloadEntryChange) *lockbox.Version {
	w.t.Helper()
	return result[*lockbox.Version](w.t)(w.secrets.AddVersion(w.ctx,
		&lockbox.AddVersionRequest{SecretId: id, PayloadEntries: changes}))
}

// TestAddVersion merges changes onto a version with entries a (text) and b
// (binary); an older one has only o.
func TestAddVersion(t *testing.T) {
	a, b, o := lockboxtest.Text("a", "1"), lockboxtest.Binary("b", []byte{2}), lockboxtest.Text("o", "0")
	many := func(n int) (changes []*lockbox.PayloadEntryChange) {
		for i := range n {
			changes = append(changes, change("k"+strings.Repeat("x", i), "v"))
		}
		return changes
	}
	for name, test := range map[string]struct {
		old     bool // base is the older version
		changes []*lockbox.PayloadEntryChange
		want    []*lockbox.Payload_Entry
		code    codes.Code
	}{
		"nothing":    {want: []*lockbox.Payload_Entry{a, b}},
		"older base": {old: true, want: []*lockbox.Payload_Entry{o}},
		"new entry": {changes: []*lockbox.PayloadEntryChange{change("c", "3")},
			want: []*lockbox.Payload_Entry{a, b, lockboxtest.Text("c", "3")}},
		"text to binary": {changes: []*lockbox.PayloadEntryChange{binaryChange("a", []byte{9})},
			want: []*lockbox.Payload_Entry{lockboxtest.Binary("a", []byte{9}), b}},
		"removal": {changes: []*lockbox.PayloadEntryChange{removal("a")},
			want: []*lockbox.Payload_Entry{b}},
		"remove and set": {changes: []*lockbox.PayloadEntryChange{removal("a"), removal("b"), change("c", "3")},
			want: []*lockbox.Payload_Entry{lockboxtest.Text("c", "3")}},
		"an empty text is one": {changes: []*lockbox.PayloadEntryChange{change("a", "")},
			want: []*lockbox.Payload_Entry{lockboxtest.Text("a", ""), b}},
		"remove all": {changes: []*lockbox.PayloadEntryChange{removal("a"), removal("b")},
			code: codes.InvalidArgument},
		"remove what is not": {changes: []*lockbox.PayloadEntryChange{removal("c")}, code: codes.InvalidArgument},
		"twice the same": {changes: []*lockbox.PayloadEntryChange{change("c", "3"), change("c", "4")},
			code: codes.InvalidArgument},
		"bad key": {changes: []*lockbox.PayloadEntryChange{change("a b", "3")},
			code: codes.InvalidArgument},
		"no key":          {changes: []*lockbox.PayloadEntryChange{change("", "3")}, code: codes.InvalidArgument},
		"30 more entries": {old: true, changes: append(many(30), change("o", "0")), want: nil},
		"33 entries":      {changes: many(31), code: codes.InvalidArgument},
		"64 KiB": {old: true, changes: []*lockbox.PayloadEntryChange{change("o",
			strings.Repeat("x", 64<<10))}, want: nil},
		"64 KiB of two": {changes: []*lockbox.PayloadEntryChange{change("a", strings.Repeat("x", 64<<10))},
			code: codes.InvalidArgument},
		"more than 64 KiB": {changes: []*lockbox.PayloadEntryChange{binaryChange("a", make([]byte, 64<<10+1))},
			code: codes.InvalidArgument},
		"64 KiB of wide runes": {old: true, changes: []*lockbox.PayloadEntryChange{change("o",
			strings.Repeat("я", 40000))}, code: codes.InvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, lockboxtest.Options{})
			id, v := w.AddSecret(nil, lockboxtest.Version{Entries: []*lockbox.Payload_Entry{o}},
				lockboxtest.Version{Entries: []*lockbox.Payload_Entry{a, b}})
			r := &lockbox.AddVersionRequest{SecretId: id, PayloadEntries: test.changes, Description: "d"}
			if test.old {
				r.BaseVersionId = v[0]
			}
			op, err := w.secrets.AddVersion(w.ctx, r)
			wantCode(t, err, test.code)
			if test.code != codes.OK {
				if got := must(w.get(id, ""))(t); got.GetVersionId() != v[1] {
					t.Errorf("current version is %s after a refusal, want %s", got.GetVersionId(), v[1])
				}
				return
			}
			added := result[*lockbox.Version](t)(op, err)
			got := must(w.get(id, ""))(t)
			if got.GetVersionId() != added.GetId() || added.GetStatus() != lockbox.Version_ACTIVE ||
				added.GetDescription() != "d" || len(added.GetPayloadEntryKeys()) != len(got.GetEntries()) {
				t.Errorf("added %v, current is %v", added, got.GetVersionId())
			}
			if test.want != nil && !proto.Equal(got, &lockbox.Payload{VersionId: added.GetId(), Entries: test.want}) {
				t.Errorf("entries are %v, want %v", got.GetEntries(), test.want)
			}
			if base := must(w.get(id, v[1]))(t); !proto.Equal(base,
				&lockbox.Payload{VersionId: v[1], Entries: []*lockbox.Payload_Entry{a, b}}) {
				t.Errorf("the base version became %v", base)
			}
		})
	}
}

func TestAddVersionBase(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x", "y")
	w.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) { all[0].Status = lockbox.Version_DESTROYED })
	for base, want := range map[string]codes.Code{v[0]: codes.FailedPrecondition, "e6qunknown": codes.NotFound,
		v[1]: codes.OK} {
		_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id, BaseVersionId: base,
			PayloadEntries: []*lockbox.PayloadEntryChange{change("k", "z")}})
		wantCode(t, err, want)
	}
	empty, _ := w.AddSecret(nil)
	if got := w.addVersion(empty, change("k", "first")); w.show(empty).GetCurrentVersion().GetId() != got.GetId() {
		t.Errorf("the first version %v is not the current one", got)
	}
}

func TestVersionQuota(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	for range 999 {
		w.AddVersion(id, lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k", "v")}})
	}
	_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
	wantCode(t, err, codes.ResourceExhausted)
	w.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) { all[0].Status = lockbox.Version_DESTROYED })
	w.addVersion(id)
}

func TestSetCurrentVersion(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("x", "y", "z")
	w.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) { all[1].Status = lockbox.Version_DESTROYED })
	set := func(version string) error {
		_, err := w.secrets.SetCurrentVersion(w.ctx, &lockbox.SetCurrentVersionRequest{SecretId: id,
			VersionId: version})
		return err
	}
	wantCode(t, set(v[0]), codes.OK)
	if got := must(w.get(id, ""))(t); got.GetVersionId() != v[0] || w.show(id).GetCurrentVersion().GetId() != v[0] {
		t.Errorf("current version is %s, want %s", got.GetVersionId(), v[0])
	}
	wantCode(t, set(v[1]), codes.FailedPrecondition)
	wantCode(t, set("e6qunknown"), codes.NotFound)
	w.configure(func(b *lockboxtest.Behavior) { b.NoSetCurrentVersion = true })
	wantCode(t, set(v[2]), codes.Unimplemented)
}

func TestListVersions(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, v := w.text("a", "b", "c", "d", "e")
	var got []string
	r := &lockbox.ListVersionsRequest{SecretId: id, PageSize: 2}
	for pages := 1; ; pages++ {
		page := must(w.secrets.ListVersions(w.ctx, r))(t)
		for _, version := range page.GetVersions() {
			got = append(got, version.GetId())
		}
		if r.PageToken = page.GetNextPageToken(); r.PageToken == "" {
			if pages != 3 {
				t.Errorf("%d pages of at most 2, want 3", pages)
			}
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(v, " ") {
		t.Errorf("versions are %v, want %v", got, v)
	}
}
