package lockboxtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/deploy/local/lockboxtest"
)

func x(n int) string { return strings.Repeat("x", n) }

func no() *wrapperspb.BoolValue { return wrapperspb.Bool(false) }

// TestRefused makes calls that are wrong, most of them one step beyond a limit,
// about a secret with two versions: the first is destroyed, the second has an
// entry "k". Nothing may change.
func TestRefused(t *testing.T) {
	one := func(c ...*lockbox.PayloadEntryChange) *lockbox.CreateSecretRequest {
		return &lockbox.CreateSecretRequest{VersionPayloadEntries: c}
	}
	both := generated(&spec{PasswordKey: "k"})
	both.VersionPayloadEntries = one(change("k", "v")).VersionPayloadEntries
	many := func(n int) (changes []*lockbox.PayloadEntryChange) {
		for i := range n {
			changes = append(changes, change("l"+x(i), "v"))
		}
		return changes
	}
	w := start(t, lockboxtest.Options{})
	id, v := w.text("old", "new")
	w.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) { all[0].Status = lockbox.Version_DESTROYED })
	before := w.show(id).String()
	create := func(r *lockbox.CreateSecretRequest) error { _, err := w.create(r); return err }
	add := func(c ...*lockbox.PayloadEntryChange) error { _, err := w.add(id, c...); return err }
	base := func(version string) error {
		_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id, BaseVersionId: version})
		return err
	}
	of := func(_ *operation.Operation, err error) error { return err }
	page := func(_ *lockbox.ListSecretsResponse, err error) error { return err }
	payload := func(_ *lockbox.Payload, err error) error { return err }
	for want, errs := range map[codes.Code]map[string]error{
		codes.InvalidArgument: {
			"name":                  create(&lockbox.CreateSecretRequest{Name: strings.Repeat("я", 101)}),
			"description":           create(&lockbox.CreateSecretRequest{Description: x(1025)}),
			"version description":   create(&lockbox.CreateSecretRequest{VersionDescription: x(257)}),
			"entry's name":          create(one(change("a:b", "v"))),
			"entry's name, length":  create(one(change(x(257), "v"))),
			"entry without value":   create(one(removal("k"))),
			"a version of nothing":  create(&lockbox.CreateSecretRequest{CreateVersion: wrapperspb.Bool(true)}),
			"entries and generated": create(both),
			"generated, no entry":   create(generated(&spec{})),
			"generated, long":       create(generated(&spec{PasswordKey: "k", Length: 257})),
			"generated, short":      create(generated(&spec{PasswordKey: "k", Length: 3})),
			"generated, negative":   create(generated(&spec{PasswordKey: "k", Length: -1})),
			"generated of nothing": create(generated(&spec{PasswordKey: "k", IncludeUppercase: no(),
				IncludeLowercase: no(), IncludeDigits: no(), IncludePunctuation: no()})),
			"update, another field": of(w.update(id, "name", nil)),
			"update, generated": of(w.update(id, "password_payload_specification",
				&spec{PasswordKey: "k", Length: 2})),
			"remove all entries":     add(removal("k")),
			"remove what is not":     add(removal("c")),
			"twice the same entry":   add(change("c", "3"), change("c", "4")),
			"no entry's name":        add(change("", "3")),
			"33 entries":             add(many(32)...),
			"more than 64 KiB":       add(binaryChange("k", make([]byte, 64<<10+1))),
			"64 KiB of two":          add(change("c", x(64<<10))),
			"64 KiB of wide letters": add(change("k", strings.Repeat("я", 40000))),
			"secret's id":            payload(w.get(x(51), "")),
			"no secret":              payload(w.get("", "")),
			"version's id":           payload(w.get(id, x(51))),
			"no version":             of(w.setCurrent(id, "")),
			"destroyed immediately":  of(w.schedule(id, v[1], 0)),
			"destroyed before":       of(w.schedule(id, v[1], -time.Hour)),
			"page size":              page(w.list(1001, "")),
			"page size, negative":    page(w.list(-1, "")),
			"page token":             page(w.list(0, "x")),
			"page token, negative":   page(w.list(0, "-1")),
			"page token, beyond":     page(w.list(0, "2")),
		},
		codes.NotFound: {
			"base":     base("e6qunknown"),
			"payload":  payload(w.get(id, "e6qunknown")),
			"current":  of(w.setCurrent(id, "e6qunknown")),
			"schedule": of(w.schedule(id, "e6qunknown", time.Hour)),
			"cancel":   of(w.cancel(id, "e6qunknown")),
		},
		codes.FailedPrecondition: {
			"base":           base(v[0]),
			"payload":        payload(w.get(id, v[0])),
			"current":        of(w.setCurrent(id, v[0])),
			"schedule":       of(w.schedule(id, v[0], time.Hour)),
			"cancel":         of(w.cancel(id, v[0])),
			"cancel, ACTIVE": of(w.cancel(id, v[1])),
		},
	} {
		for name, err := range errs {
			if wantCode(0, err)(t, want); t.Failed() {
				t.Fatal(name)
			}
		}
	}
	if n := len(must(w.list(0, ""))(t).GetSecrets()); n != 1 || w.show(id).String() != before {
		t.Errorf("there are %d secrets, and it is %v", n, w.show(id))
	}
}

// TestLimits: what is just within a limit is taken.
func TestLimits(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	must(w.create(&lockbox.CreateSecretRequest{Name: strings.Repeat("я", 100), Description: x(1024),
		VersionDescription:    x(256),
		VersionPayloadEntries: []*lockbox.PayloadEntryChange{change(`-_./\@0aA`, ""), change(x(256), x(64<<10))}}))(t)
	must(w.list(1000, ""))(t)
	id, _ := w.text("x")
	for range 999 {
		w.AddVersion(id, lockboxtest.Version{lockboxtest.Text("k", "v")})
	}
	wantCode(w.add(id))(t, codes.ResourceExhausted)
	w.Change(id, func(_ *lockbox.Secret, all []*lockbox.Version) { all[0].Status = lockbox.Version_DESTROYED })
	must(w.add(id))(t)
}

// TestStates: what a secret's state forbids.
func TestStates(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	set := func(edit func(*lockbox.Secret)) {
		w.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) { edit(s) })
	}
	set(func(s *lockbox.Secret) { s.Status = lockbox.Secret_CREATING })
	wantCode(w.activate(id))(t, codes.FailedPrecondition)
	wantCode(w.get(id, ""))(t, codes.FailedPrecondition)
	set(func(s *lockbox.Secret) { s.Status, s.DeletionProtection = lockbox.Secret_ACTIVE, true })
	wantCode(w.delete(id))(t, codes.FailedPrecondition)
	for range 2 {
		if got := result[*lockbox.Secret](t)(w.deactivate(id)); got.GetStatus() != lockbox.Secret_INACTIVE {
			t.Errorf("status is %v, want INACTIVE", got.GetStatus())
		}
		wantCode(w.get(id, ""))(t, codes.FailedPrecondition)
	}
	if got := result[*lockbox.Secret](t)(w.activate(id)); got.GetStatus() != lockbox.Secret_ACTIVE {
		t.Errorf("status is %v, want ACTIVE", got.GetStatus())
	}
	must(w.get(id, ""))(t)
	set(func(s *lockbox.Secret) { s.DeletionProtection = false })
	result[*lockbox.Secret](t)(w.delete(id))
	wantCode(w.delete(id))(t, codes.NotFound)
}
