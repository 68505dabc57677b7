package lockboxtest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/lockboxtest"
)

// kinds are calls by the right that they need; each must succeed with it.
var kinds = map[string]func(w *world, id, version string) (any, error){
	"payload":       func(w *world, id, version string) (any, error) { return w.get(id, version) },
	"update":        func(w *world, id, _ string) (any, error) { return w.update(id, "description", nil) },
	"add version":   func(w *world, id, _ string) (any, error) { return w.add(id) },
	"set current":   func(w *world, id, version string) (any, error) { return w.setCurrent(id, version) },
	"activate":      func(w *world, id, _ string) (any, error) { return w.activate(id) },
	"list secrets":  func(w *world, _, _ string) (any, error) { return w.list(0, "") },
	"list versions": func(w *world, id, _ string) (any, error) { return w.versions(id) },
	"view": func(w *world, id, _ string) (any, error) {
		return w.secrets.Get(w.ctx, &lockbox.GetSecretRequest{SecretId: id})
	},
	"list operations": func(w *world, id, _ string) (any, error) {
		return w.secrets.ListOperations(w.ctx, &lockbox.ListSecretOperationsRequest{SecretId: id})
	},
	"schedule and cancel": func(w *world, id, version string) (any, error) {
		if _, err := w.schedule(id, version, time.Hour); err != nil {
			return nil, err
		}
		return w.cancel(id, version)
	},
	"create": func(w *world, _, _ string) (any, error) { return w.create(&lockbox.CreateSecretRequest{}) },
}

// TestRoles tries every call with every role, on the secret and on the folder.
func TestRoles(t *testing.T) {
	view := []string{"view", "list versions", "list operations"}
	edit := append([]string{"update", "add version", "set current", "schedule and cancel", "activate"}, view...)
	for role, test := range map[string]struct{ onSecret, onFolder []string }{
		"":                        {},
		lockboxtest.PayloadViewer: {[]string{"payload"}, nil},
		lockboxtest.Viewer:        {view, []string{"list secrets"}},
		lockboxtest.Editor:        {edit, []string{"list secrets", "create"}},
		lockboxtest.Admin:         {append([]string{"payload"}, edit...), []string{"list secrets", "create"}},
		"kms.admin":               {},
	} {
		w := start(t, lockboxtest.Options{})
		id, v := w.text("x")
		w.Grant("onsecret", role, id)
		w.Grant("onfolder", role, folder)
		for who, may := range map[string][]string{
			"onsecret": test.onSecret, "onfolder": append(test.onFolder, test.onSecret...), "nobody": nil,
		} {
			caller := w.as(who)
			for name, call := range kinds {
				want := codes.PermissionDenied
				if slices.Contains(may, name) {
					want = codes.OK
				}
				if _, err := call(caller, id, v[0]); status.Code(err) != want {
					t.Errorf("%s as %q %s: got %v, want %v", name, role, who, err, want)
				}
			}
		}
		w.Revoke("onsecret", role, id)
		wantCode(w.as("onsecret").get(id, ""))(t, codes.PermissionDenied)
	}
}

// TestUnknownSecret answers a stranger as the owner.
func TestUnknownSecret(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	for _, who := range []*world{w, w.as("stranger")} {
		wantCode(who.get("e6qunknown", ""))(t, codes.NotFound)
		wantCode(who.delete("e6qunknown"))(t, codes.NotFound)
		wantCode(who.operations.Get(w.ctx, &operation.GetOperationRequest{OperationId: "e6qunknown"}))(t,
			codes.NotFound)
	}
}
