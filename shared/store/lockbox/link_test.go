package lockbox

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"rekey/shared/keyring"
	"rekey/shared/store/lockbox/lockboxtest"
)

// TestOneConnection: callers who come at once share a connection, which ends
// with the store.
func TestOneConnection(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	if _, err := f.store.Get(ctx, id, ""); err != nil { // for the token
		t.Fatal(err)
	}
	for range 10 {
		f.store.link.replace(f.store.link.current())
		before, wires := f.Connections(), f.store.link.current()
		gate := make(chan struct{})
		var all sync.WaitGroup
		for range 30 {
			all.Add(1)
			go func() {
				defer all.Done()
				<-gate
				if _, err := f.store.Get(ctx, id, ""); err != nil {
					t.Error(err)
				}
			}()
		}
		close(gate)
		all.Wait()
		if n := f.Connections() - before; n != 1 && f.store.link.current() == wires { // else it was too slow
			t.Errorf("%d connections, want 1", n)
		}
	}
}

// TestOutageEnds: connections that wait before they try again, for minutes
// after a long outage, do not outlast it.
func TestOutageEnds(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	f.Stop()
	for w := f.store.link.current(); !w.failing() || f.store.link.current() != w; w = f.store.link.current() {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		if _, err := f.store.Get(short, id, ""); err == nil || keyring.Negative(err) {
			t.Errorf("without a server: %v", err)
		}
		cancel()
	}
	old := f.store.link.current()
	old.made = old.made.Add(-time.Minute)
	if err := f.Restart(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Get(ctx, id, ""); err != nil || f.store.link.current() == old {
		t.Errorf("with a server again: %v; the connections are still the old ones: %t", err, f.store.link.current() == old)
	}
}

// TestTooLate: a caller without time says nothing about the connections.
func TestTooLate(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	before := f.store.link.current()
	over, cancel := context.WithTimeout(ctx, 0)
	defer cancel()
	if _, err := f.store.Get(over, id, ""); !errors.Is(err, keyring.ErrTimeout) || f.store.link.current() != before {
		t.Errorf("error is %v, and the connections were given up: %t", err, f.store.link.current() != before)
	}
}
