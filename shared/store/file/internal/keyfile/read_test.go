package keyfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

func TestLoad(t *testing.T) {
	path := mustSave(t, mustEncode(t, sample()))
	f, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Keyring()
	if err != nil || len(r.Keys) != 2 {
		t.Fatalf("Keyring = %v, %v", r, err)
	}
}

// TestLoadRefuses checks that every refusal names the file and the remedy.
func TestLoadRefuses(t *testing.T) {
	good := mustEncode(t, sample())
	saved := func(data []byte, mode fs.FileMode) string {
		path := mustSave(t, data)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct {
		path, remedy string
	}{
		"missing": {filepath.Join(t.TempDir(), "keyring.json"), "`rekey keys create` or `rekey serve`"},
		"folder":  {t.TempDir(), "not a regular file"},
		"device":  {"/dev/null", "not a regular file"},
		"empty":   {saved(nil, 0o600), "restore it from a backup"},
		"damaged": {saved(good[1:], 0o600), "restore it from a backup"},
		"newer":   {saved([]byte(`{"format": 7}`), 0o600), "upgrade"},
		"group r": {saved(good, 0o640), "chmod 600"},
		"group w": {saved(good, 0o620), "chmod 600"},
		"other r": {saved(good, 0o604), "chmod 600"},
		"other w": {saved(good, 0o602), "chmod 600"},
		"other x": {saved(good, 0o601), "chmod 600"},
	} {
		if runtime.GOOS == "windows" && (strings.Contains(name, " ") || name == "device") {
			continue // there are no such modes
		}
		f, err := Load(test.path, nil)
		if err == nil {
			_, err = f.Keyring()
		}
		if err == nil || !strings.Contains(err.Error(), test.remedy) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%s: error is %v, want the path and %q in it", name, err, test.remedy)
		}
		if errors.Is(err, fs.ErrNotExist) != (name == "missing") {
			t.Errorf("%s: error %v is or is not fs.ErrNotExist", name, err)
		}
	}
}

// TestLoadLarge: of what is too large nothing is read, and nothing of it is
// taken for damage.
func TestLoadLarge(t *testing.T) {
	for _, begin := range []string{`{"format": 1,`, "-----BEGIN AGE ENCRYPTED FILE-----\n"} {
		path := mustSave(t, []byte(begin))
		if err := os.Truncate(path, 1<<30); err != nil { // a hole: no blocks
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Load(path, passphrase.Given([]byte("correct horse battery staple")))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "larger than") || !strings.Contains(err.Error(), path) {
			t.Errorf("error is %v", err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("took %d bytes of memory to refuse it", taken)
		}
	}
	path := mustSave(t, []byte(`{"format": 1,`))
	if err := os.Truncate(path, MaxSize+1); err != nil {
		t.Fatal(err)
	}
	f, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Keyring(); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("error is %v", err)
	}
}

// TestLargestEncrypted: the largest keyring is read once it is encrypted.
func TestLargestEncrypted(t *testing.T) {
	passphrasetest.Cheap()
	p := passphrase.Given([]byte("correct horse battery staple"))
	data, err := p.Seal("", make([]byte, MaxSize))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Load(mustSave(t, data), p)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.Data, data) {
		t.Error("it is read as another file")
	}
}

func TestHistory(t *testing.T) {
	at := func(generation uint64, name string) *File {
		r := sample()
		r.Generation, r.Keys[0].Name = generation, name
		f, err := Load(mustSave(t, mustEncode(t, r)), nil)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	var h History
	for i, step := range []struct {
		f    *File
		want string
	}{
		{at(5, "a"), ""},
		{at(5, "a"), ""},
		{at(4, "a"), "from generation 5 to 4: put the newer file back, or go back for good"},
		{at(5, "b"), "still of generation 5: an older file was put back and changed; restart rekey"},
		{at(5, "a"), ""},
		{at(9, "b"), ""},
		{at(5, "a"), "from generation 9 to 5"},
		{at(10, "a"), ""},
	} {
		_, err := h.Accept(step.f)
		switch {
		case step.want == "" && err != nil:
			t.Errorf("step %d: %v", i, err)
		case step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)):
			t.Errorf("step %d: error is %v, want %q in it", i, err, step.want)
		}
	}
}
