package file

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rekey/shared/key"
	"rekey/shared/store/file/internal/keyfile"
)

// checkRound compares the file with what the processes said.
func checkRound(t *testing.T, path string, said []string, total *tally) {
	r := mustDecode(t, path)
	if r == nil {
		return
	}
	made, scheduled := 0, 0
	for _, line := range said {
		var what string
		var k key.ID
		var v key.VersionID
		var g uint64
		switch n, _ := fmt.Sscan(line, &what, &k, &v); {
		case what == "generation":
			if fmt.Sscan(line, &what, &g); r.Generation < g {
				t.Errorf("a server saw generation %d, and the file is of %d", g, r.Generation)
			}
			continue
		case n != 3:
			t.Errorf("a process said %q", line)
			continue
		case what == "made":
			made++
		case what == "scheduled":
			scheduled++
		}
		checkSaid(t, r, what, k, v)
	}
	hasMade, hasScheduled := countVersions(r)
	unsaid := hasMade - 1 - made + hasScheduled - scheduled // k1 has its own version
	if unsaid < 0 || unsaid > 1 {
		t.Errorf("%d changes more are in the file than were acknowledged, want at most the one that was killed", unsaid)
	}
	total.changes.Add(int64(made + scheduled))
	total.unsaid.Add(int64(unsaid))
}

func checkSaid(t *testing.T, r *keyfile.Keyring, what string, id key.ID, vid key.VersionID) {
	k := r.Key(id)
	if k == nil || k.Version(vid) == nil {
		t.Errorf("version %s of key %s was acknowledged and is not there", vid, id)
		return
	}
	if what == "scheduled" && k.Version(vid).Status == key.VersionActive {
		t.Errorf("the destruction of version %s was acknowledged, and it is ACTIVE", vid)
	}
}

func countVersions(r *keyfile.Keyring) (all, notActive int) {
	for _, k := range r.Keys {
		for _, v := range k.Versions {
			all++
			if v.Status != key.VersionActive {
				notActive++
			}
		}
	}
	return all, notActive
}

func mustDecode(t *testing.T, path string) *keyfile.Keyring {
	f, err := keyfile.Load(path, nil)
	if err != nil {
		t.Errorf("after a kill: %v", err)
		return nil
	}
	r, err := f.Keyring()
	if err != nil {
		t.Errorf("after a kill: %v", err)
		return nil
	}
	return r
}

// temps are the temporary files of the keyring.
func temps(path string) []string {
	found, _ := filepath.Glob(path + ".tmp-*")
	return found
}

func checkLeftovers(t *testing.T, left []string) {
	if len(left) > 2 {
		t.Errorf("two processes were killed and left %d files", len(left))
	}
	for _, name := range left {
		if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
}
