package file

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/storetest"
)

// clock is a clock that only Advance moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// window of the admins in these tests: max(60 s, 5 min).
const window = 5 * time.Minute

func TestConformance(t *testing.T) {
	storetest.TestStore(t, func(t *testing.T) storetest.Harness {
		path := filepath.Join(t.TempDir(), "keyring.json")
		c := &clock{t: time.Date(2025, 3, 1, 9, 0, 0, 123456789, time.UTC)}
		open := func(t *testing.T) (keyring.Store, keyadmin.Admin) {
			a := mustAdmin(t, path, c.now)
			s := mustOpen(t, path)
			s.now = c.now
			return s, a
		}
		s, a := open(t)
		return storetest.Harness{Store: s, Admin: a, Reopen: open, Advance: c.advance, Window: window}
	})
}

// TestConformanceRealClock is the suite without a clock that can be moved.
func TestConformanceRealClock(t *testing.T) {
	storetest.TestStore(t, func(t *testing.T) storetest.Harness {
		path := filepath.Join(t.TempDir(), "keyring.json")
		open := func(t *testing.T) (keyring.Store, keyadmin.Admin) {
			a := mustAdmin(t, path, nil)
			return mustOpen(t, path), a
		}
		s, a := open(t)
		return storetest.Harness{Store: s, Admin: a, Reopen: open, Window: window}
	})
}

func mustAdmin(t *testing.T, path string, now func() time.Time) *admin.Admin {
	t.Helper()
	a, err := admin.Open(path, admin.Options{Create: true, Window: window, Now: now})
	if err != nil {
		t.Fatalf("opening an admin: %v", err)
	}
	return a
}

func mustOpen(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path, nil)
	if err != nil {
		t.Fatalf("opening a store: %v", err)
	}
	return s
}
