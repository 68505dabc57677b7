package boot

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"rekey/shared/event"
	fileadmin "rekey/shared/store/file/admin"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// TestTrust: authentication is what the environment says, and nothing is
// guessed.
func TestTrust(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	if _, err := fileadmin.Open(path, fileadmin.Options{Create: true}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("REKEY_KEYRING", path)
	for _, c := range []struct {
		auth  string
		local bool
		want  event.Trust
	}{
		{"", false, event.TrustNobody},
		{"", true, event.TrustEverybody},
		{"none", false, event.TrustEverybody},
		{"platform", false, event.TrustPlatform},
		{"platform", true, event.TrustPlatform},
	} {
		if c.auth != "" {
			t.Setenv("REKEY_AUTH", c.auth)
		}
		face, err := newFace(c.local, quiet)
		if err != nil || face.Trust != c.want {
			t.Errorf("REKEY_AUTH=%q, local %v: %+v, %v; want %v", c.auth, c.local, face, err, c.want)
		}
	}
}

// TestNobodyOpensNothing: without authentication the answer is there without
// a keyring.
func TestNobodyOpensNothing(t *testing.T) {
	t.Setenv("REKEY_KEYRING", filepath.Join(t.TempDir(), "none.json"))
	face, err := newFace(false, quiet)
	if err != nil || face.Trust != event.TrustNobody {
		t.Fatalf("%+v, %v", face, err)
	}
}

// TestFailureIsNotRemembered: an instance whose store was away at first
// serves when it is back.
func TestFailureIsNotRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	t.Setenv("REKEY_KEYRING", path)
	t.Setenv("REKEY_AUTH", "none")
	t.Cleanup(func() { instance.face = nil })
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
		t.Errorf("the second call makes another face: %v", err)
	}
}
