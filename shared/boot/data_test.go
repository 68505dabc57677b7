package boot

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/rest"
	fileadmin "rekey/shared/store/file/admin"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// TestMode: authentication is what the environment says, and nothing is
// guessed.
func TestMode(t *testing.T) {
	for _, c := range []struct {
		set   identity.Mode
		local bool
		want  identity.Mode
	}{
		{"", false, ""},
		{"", true, identity.None},
		{identity.None, false, identity.None},
		{identity.Platform, false, identity.Platform},
		{identity.Platform, true, identity.Platform},
	} {
		if got := mode(c.set, c.local, quiet); got != c.want {
			t.Errorf("REKEY_AUTH=%q, local %v: %q; want %q", c.set, c.local, got, c.want)
		}
	}
}

// TestNobodyOpensNothing: without authentication the answer is there without
// a keyring, and where somebody may call it is not.
func TestNobodyOpensNothing(t *testing.T) {
	t.Setenv("REKEY_KEYRING", filepath.Join(t.TempDir(), "none.json"))
	a, err := newAPI(false, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if out := a.Serve(context.Background(), api.Encrypt, new(rest.Request)); out.Code != api.Unauthenticated {
		t.Errorf("answers %v", out.Code)
	}
	t.Setenv("REKEY_AUTH", "platform")
	if _, err := newAPI(false, quiet); err == nil {
		t.Error("opens a keyring that is not there")
	}
}

// TestPanicWhileOpening: a panic before there is an API is an error, without
// its value.
func TestPanicWhileOpening(t *testing.T) {
	a, err := guarded(func() (*rest.API, error) { panic("SECRET") })
	if a != nil || err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("%v, %v", a, err)
	}
}

// TestFailureIsNotRemembered: an instance whose store was away at first
// serves when it is back.
func TestFailureIsNotRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	t.Setenv("REKEY_KEYRING", path)
	t.Setenv("REKEY_AUTH", "none")
	t.Cleanup(func() { instance.api = nil })
	if _, err := Data(context.Background()); err == nil {
		t.Fatal("opens a keyring that is not there")
	}
	if _, err := fileadmin.Open(path, fileadmin.Options{Create: true}); err != nil {
		t.Fatal(err)
	}
	first, err := Data(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Data(context.Background()); err != nil || second != first {
		t.Errorf("the second call makes another API: %v", err)
	}
}
