package lockboxtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/deploy/local/lockboxtest"
)

// TestCreateVersion is the table in the comment of create_version.
func TestCreateVersion(t *testing.T) {
	yes := wrapperspb.Bool(true)
	entries := []*lockbox.PayloadEntryChange{change("k", "v")}
	spec := &lockbox.CreateSecretRequest_PasswordPayloadSpecification{
		PasswordPayloadSpecification: &lockbox.PasswordPayloadSpecification{PasswordKey: "k"}}
	for name, test := range map[string]struct {
		r       *lockbox.CreateSecretRequest
		version bool
		code    codes.Code
	}{
		"nothing":       {r: &lockbox.CreateSecretRequest{}},
		"entries":       {r: &lockbox.CreateSecretRequest{VersionPayloadEntries: entries}, version: true},
		"specification": {r: &lockbox.CreateSecretRequest{PayloadSpecification: spec}, version: true},
		"both": {r: &lockbox.CreateSecretRequest{PayloadSpecification: spec,
			VersionPayloadEntries: entries}, code: codes.InvalidArgument},
		"true, nothing": {r: &lockbox.CreateSecretRequest{CreateVersion: yes}, code: codes.InvalidArgument},
		"true, entries": {r: &lockbox.CreateSecretRequest{CreateVersion: yes, VersionPayloadEntries: entries},
			version: true},
		"false, entries": {r: &lockbox.CreateSecretRequest{CreateVersion: no(), VersionPayloadEntries: entries}},
		"false, spec":    {r: &lockbox.CreateSecretRequest{CreateVersion: no(), PayloadSpecification: spec}},
		"entry without value": {
			r:    &lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{removal("k")}},
			code: codes.InvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, lockboxtest.Options{})
			test.r.FolderId = folder
			op, err := w.secrets.Create(w.ctx, test.r)
			wantCode(t, err, test.code)
			if test.code != codes.OK {
				return
			}
			var about lockbox.CreateSecretMetadata
			sec := result[*lockbox.Secret](t)(op, op.GetMetadata().UnmarshalTo(&about))
			if sec.GetId() != about.GetSecretId() || sec.GetCurrentVersion().GetId() != about.GetVersionId() ||
				(about.GetVersionId() != "") != test.version {
				t.Errorf("created %v, metadata %v; want a version: %v", sec, &about, test.version)
			}
		})
	}
}

func TestCreateFields(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	sec := w.create(&lockbox.CreateSecretRequest{
		Name: "n", Description: "d", Labels: map[string]string{"l": "v"}, KmsKeyId: "abjkey", DeletionProtection: true,
		VersionDescription: "first", VersionPayloadEntries: []*lockbox.PayloadEntryChange{change("k", "v")},
	})
	got := w.show(sec.GetId())
	if got.GetName() != "n" || got.GetDescription() != "d" || got.GetLabels()["l"] != "v" ||
		got.GetKmsKeyId() != "abjkey" || !got.GetDeletionProtection() ||
		got.GetStatus() != lockbox.Secret_ACTIVE || got.GetFolderId() != folder || got.GetCreatedAt() == nil ||
		got.GetCurrentVersion().GetDescription() != "first" {
		t.Errorf("created %v", got)
	}
}

// TestLimits: the limits of the protos hold, each at its last good value and
// one beyond.
func TestLimits(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	labels := func(n int, key, value string) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprint(key, i)] = value
		}
		return m
	}
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct{ good, bad *lockbox.CreateSecretRequest }{
		"name": {&lockbox.CreateSecretRequest{Name: x(100)}, &lockbox.CreateSecretRequest{Name: x(101)}},
		"name in runes": {&lockbox.CreateSecretRequest{Name: strings.Repeat("я", 100)},
			&lockbox.CreateSecretRequest{Name: strings.Repeat("я", 101)}},
		"description": {&lockbox.CreateSecretRequest{Description: x(1024)},
			&lockbox.CreateSecretRequest{Description: x(1025)}},
		"version description": {&lockbox.CreateSecretRequest{VersionDescription: x(256)},
			&lockbox.CreateSecretRequest{VersionDescription: x(257)}},
		"labels": {&lockbox.CreateSecretRequest{Labels: labels(64, "k", "")},
			&lockbox.CreateSecretRequest{Labels: labels(65, "k", "")}},
		"label's key": {&lockbox.CreateSecretRequest{Labels: labels(1, "a_-b", "v")},
			&lockbox.CreateSecretRequest{Labels: labels(1, "A", "v")}},
		"label's value": {&lockbox.CreateSecretRequest{Labels: labels(1, "k", "0_-a")},
			&lockbox.CreateSecretRequest{Labels: labels(1, "k", "a b")}},
		"label's length": {&lockbox.CreateSecretRequest{Labels: labels(1, "k", x(63))},
			&lockbox.CreateSecretRequest{Labels: labels(1, "k", x(64))}},
		"KMS key": {&lockbox.CreateSecretRequest{KmsKeyId: x(50)},
			&lockbox.CreateSecretRequest{KmsKeyId: x(51)}},
		"entry's key": {
			&lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{change(`-_./\@0aA`, "")}},
			&lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{change("a:b", "")}}},
		"entry's key, length": {
			&lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{change(x(256), "")}},
			&lockbox.CreateSecretRequest{VersionPayloadEntries: []*lockbox.PayloadEntryChange{change(x(257), "")}}},
		"folder": {&lockbox.CreateSecretRequest{}, nil},
	} {
		w.create(test.good)
		if test.bad == nil {
			test.bad = &lockbox.CreateSecretRequest{}
		} else {
			test.bad.FolderId = folder
		}
		_, err := w.secrets.Create(w.ctx, test.bad)
		if wantCode(t, err, codes.InvalidArgument); t.Failed() {
			t.Fatal(name)
		}
	}
	_, err := w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder, PageSize: 1001})
	wantCode(t, err, codes.InvalidArgument)
	_, err = w.get(x(51), "")
	wantCode(t, err, codes.InvalidArgument)
}

func TestUpdate(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.AddSecret(&lockbox.Secret{Name: "old", Description: "old"})
	update := func(paths ...string) error {
		_, err := w.secrets.Update(w.ctx, &lockbox.UpdateSecretRequest{SecretId: id, Name: "new", Description: "new",
			DeletionProtection: true,
			Labels:             map[string]string{"l": "v"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		return err
	}
	wantCode(t, update(), codes.InvalidArgument)
	wantCode(t, update("name", "folder_id"), codes.InvalidArgument)
	if got := w.show(id); got.GetName() != "old" {
		t.Errorf("a refused update changed the name to %q", got.GetName())
	}
	wantCode(t, update("name"), codes.OK)
	if got := w.show(id); got.GetName() != "new" || got.GetDescription() != "old" || got.GetDeletionProtection() {
		t.Errorf("an update of the name made %v", got)
	}
	wantCode(t, update("description", "labels", "deletion_protection"), codes.OK)
	if got := w.show(id); got.GetDescription() != "new" || got.GetLabels()["l"] != "v" || !got.GetDeletionProtection() {
		t.Errorf("an update of the rest made %v", got)
	}
}

func TestDeactivate(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	for range 2 {
		got := result[*lockbox.Secret](t)(w.secrets.Deactivate(w.ctx, &lockbox.DeactivateSecretRequest{SecretId: id}))
		_, err := w.get(id, "")
		if wantCode(t, err, codes.FailedPrecondition); got.GetStatus() != lockbox.Secret_INACTIVE ||
			w.show(id).GetStatus() != lockbox.Secret_INACTIVE {
			t.Errorf("status is %v, want INACTIVE", got.GetStatus())
		}
	}
	got := result[*lockbox.Secret](t)(w.secrets.Activate(w.ctx, &lockbox.ActivateSecretRequest{SecretId: id}))
	if _, err := w.get(id, ""); err != nil || got.GetStatus() != lockbox.Secret_ACTIVE {
		t.Errorf("activated to %v; payload: %v", got.GetStatus(), err)
	}
}

func TestDelete(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) { s.DeletionProtection = true })
	r := &lockbox.DeleteSecretRequest{SecretId: id}
	_, err := w.secrets.Delete(w.ctx, r)
	wantCode(t, err, codes.FailedPrecondition)
	w.Change(id, func(s *lockbox.Secret, _ []*lockbox.Version) { s.DeletionProtection = false })
	result[*lockbox.Secret](t)(w.secrets.Delete(w.ctx, r))
	_, err = w.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: id})
	wantCode(t, err, codes.NotFound)
	_, err = w.secrets.Delete(w.ctx, r)
	wantCode(t, err, codes.NotFound)
}

func TestList(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	var want, got []string
	for range 5 {
		id, _ := w.text("x")
		want = append(want, id)
	}
	w.AddSecret(&lockbox.Secret{FolderId: "b1gother"})
	r := &lockbox.ListSecretsRequest{FolderId: folder, PageSize: 2}
	for {
		page := must(w.secrets.List(w.ctx, r))(t)
		for _, sec := range page.GetSecrets() {
			got = append(got, sec.GetId())
		}
		if r.PageToken = page.GetNextPageToken(); r.PageToken == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	for range 100 {
		w.text("x")
	}
	if page := must(w.secrets.List(w.ctx,
		&lockbox.ListSecretsRequest{FolderId: folder}))(t); len(page.GetSecrets()) != 100 ||
		page.GetNextPageToken() == "" {
		t.Errorf("a page has %d secrets by default, want 100 and more to come", len(page.GetSecrets()))
	}
	for _, token := range []string{"x", "-1", "0", "106"} {
		_, err := w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder, PageToken: token})
		wantCode(t, err, codes.InvalidArgument)
	}
	_, err := w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder, PageSize: -1})
	wantCode(t, err, codes.InvalidArgument)
}
