package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/internal/keyfile"
)

var ctx = context.Background()

func mustGeneration(t *testing.T, s *Store) uint64 {
	t.Helper()
	g, err := s.Generation(ctx)
	if err != nil {
		t.Fatalf("Generation: %v", err)
	}
	return g
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustWrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// newRing makes a keyring with key k1.
func newRing(t *testing.T) (path string, create func(key.ID)) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keyring.json")
	a := mustAdmin(t, path, nil)
	create = func(id key.ID) {
		t.Helper()
		if _, err := a.Create(ctx, keyadmin.Creation{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	create("k1")
	return path, create
}

func TestOpenMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	s, err := Open(path, nil)
	if s != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Open = %v, %v; want fs.ErrNotExist", s, err)
	}
	for _, want := range []string{"no keyring at " + path, "rekey keys create", "rekey serve"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want %q in it", err, want)
		}
	}
}

// TestRapidWrites looks after each of 200 changes.
func TestRapidWrites(t *testing.T) {
	path, _ := newRing(t)
	a := mustAdmin(t, path, nil)
	s := mustOpen(t, path)
	last := mustGeneration(t, s)
	for i := range 200 {
		v, err := a.Rotate(ctx, "k1", 0)
		if err != nil {
			t.Fatal(err)
		}
		if g := mustGeneration(t, s); g != last+1 {
			t.Fatalf("write %d: generation is %d, want %d", i, g, last+1)
		}
		last++
		if got, err := s.Get(ctx, "k1", ""); err != nil || got.ID != v.ID {
			t.Fatalf("write %d: primary is %v, %v; want %s", i, got, err, v.ID)
		}
	}
}

// TestSameStat makes changes that no stat shows: the same length, the same
// inode, the times set back, within one tick of the change time.
func TestSameStat(t *testing.T) {
	path, create := newRing(t)
	first := mustRead(t, path)
	create("k2")
	second := mustRead(t, path)
	os.Remove(path + keyfile.MemorySuffix) // it would refuse the first
	moment := time.Now().Add(-time.Hour)
	put := func(data []byte) {
		mustWrite(t, path, data)
		if err := os.Chtimes(path, moment, moment); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		put(first)
		s := mustOpen(t, path)
		put(second)
		if g := mustGeneration(t, s); g != 3 {
			t.Fatalf("round %d: generation is %d, want 3", i, g)
		}
	}
}

// TestTrustedStamp checks that an old file is not read again.
func TestTrustedStamp(t *testing.T) {
	t.Parallel() // it sleeps
	path, _ := newRing(t)
	s := mustOpen(t, path)
	if s.last.trusted {
		t.Error("the stamp of a file of this moment is trusted")
	}
	time.Sleep(minAge + 100*time.Millisecond)
	mustGeneration(t, s)
	if !s.last.trusted {
		t.Fatal("the stamp of an old file is not trusted")
	}
	trusted := s.last
	mustGeneration(t, s)
	if s.last != trusted {
		t.Error("a file with a trusted stamp was read again")
	}
	info, err := os.Stat(path)
	if err != nil || !s.last.isOf(info) {
		t.Fatalf("an unchanged file is not recognised: %v", err)
	}
	before, err := s.Get(ctx, "k1", "")
	if err != nil {
		t.Fatal(err)
	}
	// Anyone who writes and puts the old time back still changes the file.
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if now, err := os.Stat(path); err != nil || s.last.isOf(now) {
		t.Errorf("a touched file passes as the old one: %v", err)
	}
	if after, err := s.Get(ctx, "k1", ""); err != nil || after != before {
		t.Errorf("the same bytes gave another version: %p, %p, %v", after, before, err)
	}
	if s.last.trusted {
		t.Error("the stamp of a file touched at this moment is trusted")
	}
}

// TestBadWhileOpen spoils the file under an open store.
func TestBadWhileOpen(t *testing.T) {
	path, create := newRing(t)
	older := mustRead(t, path)
	create("k2")
	good := mustRead(t, path)
	s := mustOpen(t, path)
	for name, spoil := range map[string]func(){
		"damaged":  func() { mustWrite(t, path, bytes.Replace(good, []byte("ACTIVE"), []byte("ACTIVF"), 1)) },
		"cut":      func() { mustWrite(t, path, good[:len(good)-2]) },
		"empty":    func() { mustWrite(t, path, nil) },
		"older":    func() { mustWrite(t, path, older) },
		"newer":    func() { mustWrite(t, path, []byte(`{"format": 2}`)) },
		"missing":  func() { os.Remove(path) },
		"folder":   func() { os.Remove(path); os.Mkdir(path, 0o700) },
		"readable": func() { os.Chmod(path, 0o644) },
	} {
		spoil()
		for range 2 { // as loud the second time
			_, err := s.Generation(ctx)
			checkNoAnswer(t, name, path, err)
			v, err := s.Get(ctx, "k1", "")
			if v != nil {
				t.Errorf("%s: Get answers %v", name, v)
			}
			checkNoAnswer(t, name, path, err)
			_, err = s.Get(ctx, "no-such-key", "")
			checkNoAnswer(t, name, path, err)
		}
		os.Remove(path)
		mustWrite(t, path, good)
		os.Chmod(path, 0o600)
		if _, err := s.Get(ctx, "k2", ""); err != nil {
			t.Errorf("%s: repaired, and %v", name, err)
		}
	}
}

func checkNoAnswer(t *testing.T, name, path string, err error) {
	t.Helper()
	if !errors.Is(err, keyring.ErrUnavailable) || keyring.Negative(err) || !strings.Contains(err.Error(), path) {
		t.Errorf("%s: error is %v, want ErrUnavailable and the path", name, err)
	}
}

// TestConcurrentReads reads from many goroutines while the file changes.
func TestConcurrentReads(t *testing.T) {
	path, create := newRing(t)
	s := mustOpen(t, path)
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var last uint64
			for range 300 {
				g, err := s.Generation(ctx)
				if err != nil || g < last {
					t.Errorf("generation %d after %d, %v", g, last, err)
				}
				last = g
				if _, err := s.Get(ctx, "k1", ""); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for i := range 30 {
		create(key.ID(fmt.Sprint("more", i)))
	}
	wg.Wait()
}

// TestNoMaterialKept checks that the snapshot has material in no other form
// than keyring.Version's.
func TestNoMaterialKept(t *testing.T) {
	path, _ := newRing(t)
	s := mustOpen(t, path)
	for _, e := range s.last.keys {
		for _, v := range e.Versions {
			if v.Material != nil {
				t.Errorf("version %s still has its material", v.ID)
			}
		}
	}
}

// TestImports guards the arrows: functions link this package, and must not
// link what changes keys.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	for _, p := range strings.Fields(string(out)) {
		if p == "rekey/shared/keyadmin" || p == "rekey/shared/store/file/admin" || strings.HasPrefix(p, "net") {
			t.Errorf("the data plane's driver links %s", p)
		}
	}
}

// TestMemory: a keyring that was put back to an older state is refused at the
// start, where nobody has seen the newer one.
func TestMemory(t *testing.T) {
	path, create := newRing(t)
	older := mustRead(t, path)
	create("k2")
	mustWrite(t, path, older)
	s, err := Open(path, nil)
	if s != nil || err == nil || !strings.Contains(err.Error(), "is of generation 2 and has been of 3") ||
		!strings.Contains(err.Error(), "`rekey keyring restore FILE --older`") {
		t.Errorf("Open = %v, %v", s, err)
	}
	mustWrite(t, path+keyfile.MemorySuffix, []byte("generation"))
	if _, err := Open(path, nil); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("behind a damaged memory: %v", err)
	}
	if err := os.Remove(path + keyfile.MemorySuffix); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path) // where there is no memory, nothing is refused
}

// TestVanished: a keyring that was there and is gone is not proposed to be made
// anew, and one that comes back is used.
func TestVanished(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "volume")
	for name, vanish := range map[string]func(path string) error{
		"the file":    os.Remove,
		"the folder":  func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
		"a link away": func(path string) error { return errors.Join(os.Remove(path), os.Symlink("none", path)) },
	} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "keyring.json")
		os.Remove(path)
		os.Remove(path + keyfile.MemorySuffix)
		a, err := admin.Open(path, admin.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := vanish(path); err != nil {
			t.Fatal(err)
		}
		_, errGet := s.Generation(context.Background())
		_, errPurge := a.Purge(context.Background())
		_, errRotate := a.Rotate(context.Background(), "k1", 0)
		for _, err := range []error{errGet, errPurge, errRotate} {
			if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(),
				"has vanished: mount its volume again") || strings.Contains(err.Error(), "create") {
				t.Errorf("without %s: %v", name, err)
			}
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("without %s: a new one is there", name)
		}
		os.Remove(path)
		if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Generation(context.Background()); err != nil {
			t.Errorf("with %s again: %v", name, err)
		}
	}
}
