package functions_test

import (
	"context"
	"os"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
)

// mustHide moves the keyring away; the function that it returns moves it
// back.
func mustHide(t *testing.T, r *ring) (back func()) {
	t.Helper()
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(r.path, r.path+".away")
	return func() { move(r.path+".away", r.path) }
}

// TestPluginChange and TestLambdaChange: a running instance sees a rotation, a
// disabled key and an enabled one within a second.
func TestPluginChange(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	wantChanges(t, r, mustLoad(t, "encrypt", r.setting(), "REKEY_AUTH=platform"))
}

func TestLambdaChange(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	wantChanges(t, r, mustInit(t, "encrypt", r.setting(), "REKEY_AUTH=platform"))
}

func wantChanges(t *testing.T, r *ring, in *running) {
	t.Helper()
	ctx := context.Background()
	i := variant(t, r, "yandex-gateway-1.0-encrypt.json", api.Encrypt)
	before := in.call(t, i.payload).text("versionId")
	if before == "" {
		t.Fatal("there is no version")
	}
	rotated, err := r.admin.Rotate(ctx, first, 0)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "the new version", func() bool { return in.call(t, i.payload).text("versionId") == string(rotated.ID) })
	for _, status := range []key.Status{key.Inactive, key.Active} {
		if _, err := r.admin.SetStatus(ctx, first, status); err != nil {
			t.Fatal(err)
		}
		want := api.OK
		if status == key.Inactive {
			want = api.FailedPrecondition
		}
		within(t, status.String(), func() bool { return in.call(t, i.payload).code() == want })
	}
	in.call(t, i.payload).want(t, r, api.Encrypt, i)
}

// within waits for a change that must hold within a second.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begin := time.Now(); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > time.Second {
			t.Fatalf("%s is not seen after a second", what)
		}
	}
}
