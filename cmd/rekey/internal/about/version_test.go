package about

import (
	"runtime/debug"
	"strings"
	"testing"

	"rekey/shared/ciphertext"
)

func TestBuildOf(t *testing.T) {
	if b := buildOf(nil); b.Version != "devel" || b.Go == "" || b.OS == "" {
		t.Errorf("without any note: %+v", b)
	}
	if b := buildOf(&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}); b.Version != "devel" ||
		strings.Contains(b.String(), "revision") {
		t.Errorf("of go run: %v", b)
	}
	b := buildOf(&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc123"}, {Key: "vcs.time", Value: "2026-11-24T03:00:00Z"},
		{Key: "vcs.modified", Value: "true"}}})
	if want := "rekey v1.2.3\nrevision  abc123 of 2026-11-24T03:00:00Z, changed since\n"; !strings.HasPrefix(b.String(),
		want) {
		t.Errorf("%v\nwant %s", b, want)
	}
}

// TestFormats: the ciphertexts that this program makes begin with the name
// that version prints. A keyring's number is checked in version.txtar.
func TestFormats(t *testing.T) {
	prefix := string(ciphertext.AppendPrefix(nil, 3, "k", "v"))
	if want := prefix[:3] + string('0'+rune(prefix[3])); formats.Ciphertext != want {
		t.Errorf("%s, and ciphertexts are %s", formats.Ciphertext, want)
	}
}
