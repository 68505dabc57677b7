package admin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

// writerPath tells a copy of this test program to be another process that
// rotates key k1 of the keyring at this path.
const writerPath = "REKEY_TEST_WRITER"

const rotationsEach = 10

func TestMain(m *testing.M) {
	if path := os.Getenv(writerPath); path != "" {
		if err := rotateMany(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	passphrasetest.Cheap()
	os.Exit(m.Run())
}

func rotateMany(path string) error {
	a, err := Open(path, Options{})
	if err != nil {
		return err
	}
	for range rotationsEach {
		if _, err := a.Rotate(ctx, "k1", 0); err != nil {
			return err
		}
	}
	return nil
}

// TestManyWriters rotates one key from goroutines, Admins and processes at
// once, while others read: no rotation is lost, and no reader is refused.
func TestManyWriters(t *testing.T) {
	path := newPath(t)
	shared := mustOpen(t, path, nil)
	mustCreate(t, shared, "k1")
	writers := []func() error{
		func() error { return rotateMany(path) },
		func() error { return rotateMany(path) },
		func() error { return rotateShared(shared) },
		func() error { return rotateShared(shared) },
		func() error { return rotateElsewhere(path) },
		func() error { return rotateElsewhere(path) },
	}
	done := make(chan struct{})
	var readers, wg sync.WaitGroup
	readers.Add(1)
	go func() { defer readers.Done(); readUntil(t, shared, done) }()
	for _, write := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := write(); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	close(done)
	readers.Wait()
	want := len(writers) * rotationsEach
	r, err := keyfile.Decode(mustRead(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Key("k1").Versions); n != want+1 {
		t.Errorf("there are %d versions, want %d", n, want+1)
	}
	if r.Generation != uint64(want+2) {
		t.Errorf("generation is %d, want %d", r.Generation, want+2)
	}
	checkFolder(t, path)
}

func rotateShared(a *Admin) error {
	for range rotationsEach {
		if _, err := a.Rotate(ctx, "k1", key.AES128); err != nil {
			return err
		}
	}
	return nil
}

func rotateElsewhere(path string) error {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), writerPath+"="+path)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func readUntil(t *testing.T, a *Admin, done chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		if _, err := a.Versions(ctx, "k1"); err != nil {
			t.Errorf("reading while others write: %v", err)
			return
		}
	}
}

// TestCreateConcurrently opens a missing file from several places.
func TestCreateConcurrently(t *testing.T) {
	path := newPath(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mustCreate(t, mustOpen(t, path, nil), key.ID(fmt.Sprint("k", i)))
		}()
	}
	wg.Wait()
	if list, err := mustOpen(t, path, nil).List(ctx); err != nil || len(list) != 8 {
		t.Errorf("%d keys, %v; want 8", len(list), err)
	}
}

func TestLockTimeout(t *testing.T) {
	path := newPath(t)
	a := mustOpen(t, path, nil)
	held, err := lock(ctx, path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if _, err := a.change(short, func(*edit) error {
		t.Error("changing without the lock")
		return nil
	}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want the context's", err)
	}
	if _, err := a.List(ctx); err != nil {
		t.Errorf("reading needs no lock: %v", err)
	}
	held.Close()
	mustCreate(t, a, "k1")
}

// TestLockFile puts a folder where the lock should be.
func TestLockFile(t *testing.T) {
	path := newPath(t)
	mustOpen(t, path, nil)
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".lock", 0o700); err != nil {
		t.Fatal(err)
	}
	a, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rotateShared(a); err == nil || !strings.Contains(err.Error(), filepath.Base(path)+" is unchanged") {
		t.Errorf("error is %v", err)
	}
}
