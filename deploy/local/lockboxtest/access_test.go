package lockboxtest_test

import (
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/access"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"rekey/deploy/local/lockboxtest"
)

// kinds are calls by the right that they need; each must succeed with it.
var kinds = map[string]func(w *world, id, version string) error{
	"payload": func(w *world, id, version string) error { _, err := w.get(id, version); return err },
	"view": func(w *world, id, _ string) error {
		_, err := w.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: id})
		return err
	},
	"list versions": func(w *world, id, _ string) error {
		_, err := w.secrets.ListVersions(w.ctx, &lockbox.ListVersionsRequest{SecretId: id})
		return err
	},
	"list operations": func(w *world, id, _ string) error {
		_, err := w.secrets.ListOperations(w.ctx, &lockbox.ListSecretOperationsRequest{SecretId: id})
		return err
	},
	"list bindings": func(w *world, id, _ string) error {
		_, err := w.secrets.ListAccessBindings(w.ctx, &access.ListAccessBindingsRequest{ResourceId: id})
		return err
	},
	"update": func(w *world, id, _ string) error {
		_, err := w.secrets.Update(w.ctx, &lockbox.UpdateSecretRequest{SecretId: id,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"name"}}})
		return err
	},
	"add version": func(w *world, id, _ string) error {
		_, err := w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id})
		return err
	},
	"set current": func(w *world, id, version string) error {
		_, err := w.secrets.SetCurrentVersion(w.ctx, &lockbox.SetCurrentVersionRequest{SecretId: id,
			VersionId: version})
		return err
	},
	"schedule and cancel": func(w *world, id, version string) error {
		if _, err := w.schedule(id, version, nil); err != nil {
			return err
		}
		return w.cancel(id, version)
	},
	"activate": func(w *world, id, _ string) error {
		_, err := w.secrets.Activate(w.ctx, &lockbox.ActivateSecretRequest{SecretId: id})
		return err
	},
	"set bindings": func(w *world, id, _ string) error {
		_, err := w.secrets.UpdateAccessBindings(w.ctx, &access.UpdateAccessBindingsRequest{ResourceId: id,
			AccessBindingDeltas: []*access.AccessBindingDelta{
				{Action: access.AccessBindingAction_ADD,
					AccessBinding: &access.AccessBinding{RoleId: lockboxtest.Viewer,
						Subject: &access.Subject{Id: "other", Type: "serviceAccount"}}},
			}})
		return err
	},
	"list secrets": func(w *world, _, _ string) error {
		_, err := w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder})
		return err
	},
	"create": func(w *world, _, _ string) error {
		_, err := w.secrets.Create(w.ctx, &lockbox.CreateSecretRequest{FolderId: folder})
		return err
	},
}

// TestRoles tries every call with every role, on the secret and on the folder.
func TestRoles(t *testing.T) {
	view := []string{"view", "list versions", "list operations", "list bindings"}
	edit := append([]string{"update", "add version", "set current", "schedule and cancel", "activate"}, view...)
	all := append([]string{"payload", "set bindings"}, edit...)
	for role, test := range map[string]struct{ onSecret, onFolder []string }{
		"":                        {},
		lockboxtest.PayloadViewer: {[]string{"payload"}, nil},
		lockboxtest.Viewer:        {view, []string{"list secrets"}},
		lockboxtest.Editor:        {edit, []string{"list secrets", "create"}},
		lockboxtest.Admin:         {all, []string{"list secrets", "create"}},
		"kms.admin":               {},
	} {
		w := start(t, lockboxtest.Options{})
		id, v := w.text("x")
		w.Grant("onsecret", role, id)
		w.Grant("onfolder", role, folder)
		secret, wide := w.as("onsecret"), w.as("onfolder")
		for name, call := range kinds {
			check := func(who string, err error, may ...string) {
				t.Helper()
				want := codes.PermissionDenied
				for _, m := range may {
					if m == name {
						want = codes.OK
					}
				}
				if wantCode(t, err, want); t.Failed() {
					t.Fatalf("%s as %q %s", name, role, who)
				}
			}
			check("of the secret", call(secret, id, v[0]), test.onSecret...)
			check("of the folder", call(wide, id, v[0]), append(test.onFolder, test.onSecret...)...)
		}
	}
}

func TestRevoke(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Grant("reader", lockboxtest.PayloadViewer, id)
	reader := w.as("reader")
	must(reader.get(id, ""))(t)
	w.Revoke("reader", lockboxtest.PayloadViewer, id)
	_, err := reader.get(id, "")
	wantCode(t, err, codes.PermissionDenied)
}

// TestUnknownSecret answers a stranger as the owner.
func TestUnknownSecret(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	for _, want := range []codes.Code{codes.NotFound, codes.PermissionDenied} {
		w.configure(func(b *lockboxtest.Behavior) { b.UnknownSecret = want })
		for _, who := range []*world{w, w.as("stranger")} {
			_, err := who.get("e6qunknown", "")
			wantCode(t, err, want)
			_, err = who.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: "e6qunknown"})
			wantCode(t, err, want)
		}
	}
}

func TestAccessBindings(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	b := func(subject string) *access.AccessBinding {
		return &access.AccessBinding{RoleId: lockboxtest.PayloadViewer,
			Subject: &access.Subject{Id: subject, Type: "serviceAccount"}}
	}
	result[*emptypb.Empty](t)(w.secrets.SetAccessBindings(w.ctx,
		&access.SetAccessBindingsRequest{ResourceId: id, AccessBindings: []*access.AccessBinding{b("a"), b("b"),
			b("a")}}))
	result[*emptypb.Empty](t)(w.secrets.UpdateAccessBindings(w.ctx,
		&access.UpdateAccessBindingsRequest{ResourceId: id, AccessBindingDeltas: []*access.AccessBindingDelta{
			{Action: access.AccessBindingAction_REMOVE, AccessBinding: b("a")},
			{Action: access.AccessBindingAction_ADD, AccessBinding: b("c")},
		}}))
	got := must(w.secrets.ListAccessBindings(w.ctx,
		&access.ListAccessBindingsRequest{ResourceId: id}))(t).GetAccessBindings()
	if len(got) != 2 || got[0].GetSubject().GetId() != "b" || got[1].GetSubject().GetId() != "c" {
		t.Errorf("bindings are %v, want those of b and c", got)
	}
	for subject, want := range map[string]codes.Code{"a": codes.PermissionDenied, "b": codes.OK, "c": codes.OK} {
		_, err := w.as(subject).get(id, "")
		wantCode(t, err, want)
	}
	_, err := w.secrets.SetAccessBindings(w.ctx, &access.SetAccessBindingsRequest{ResourceId: id,
		AccessBindings: []*access.AccessBinding{{RoleId: "r"}}})
	wantCode(t, err, codes.InvalidArgument)
}
