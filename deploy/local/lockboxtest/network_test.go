package lockboxtest_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
)

// TestDropConnections: a client with an old connection hears nothing, and does
// not find out by itself; one with a new connection is served.
func TestDropConnections(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	must(w.get(id, ""))(t)
	w.DropConnections()
	for range 2 {
		wantCode(t, w.impatient(id), codes.DeadlineExceeded)
	}
	must(w.as(admin).get(id, ""))(t)
	if n := w.PayloadGets(id); n != 2 {
		t.Errorf("%d calls arrived, want 2: those on a dead connection are lost", n)
	}
}

func TestFreeze(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	must(w.get(id, ""))(t)
	w.Freeze()
	for _, c := range []*world{w, w.as(admin)} {
		wantCode(t, c.impatient(id), codes.DeadlineExceeded)
	}
	w.Thaw()
	wantCode(t, w.impatient(id), codes.DeadlineExceeded) // its connection stays dead
	must(w.as(admin).get(id, ""))(t)
}

func TestResetConnections(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	must(w.get(id, ""))(t)
	w.Inject(lockboxtest.Fault{Times: 1, Hang: true})
	failed := make(chan error)
	go func() {
		_, err := w.get(id, "")
		failed <- err
	}()
	for w.PayloadGets(id) < 2 {
		time.Sleep(time.Millisecond)
	}
	w.ResetConnections()
	wantCode(t, <-failed, codes.Unavailable)
	must(w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id}, grpc.WaitForReady(true)))(t)
}

func TestStopRestart(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	addr := w.Addr()
	must(w.get(id, ""))(t)
	w.Stop()
	w.Stop() // again is nothing
	_, err := w.get(id, "")
	wantCode(t, err, codes.Unavailable)
	if err := w.Restart(); err != nil || w.Addr() != addr {
		t.Fatalf("Restart: %v, at %s, want %s", err, w.Addr(), addr)
	}
	if err := w.Restart(); err == nil {
		t.Error("a running server restarts")
	}
	must(w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id}, grpc.WaitForReady(true)))(t)
}

// TestCounts makes calls that hang until all have arrived.
func TestCounts(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	a, _ := w.text("x")
	b, _ := w.text("x")
	heal := w.Inject(lockboxtest.Fault{Method: payloadGet, Hang: true})
	ctx, giveUp := context.WithCancel(w.ctx)
	var all sync.WaitGroup
	for range 3 {
		for _, id := range []string{a, b} {
			all.Add(1)
			go func() {
				defer all.Done()
				_, _ = w.payload.Get(ctx, &lockbox.GetPayloadRequest{SecretId: id})
			}()
		}
	}
	for w.PayloadGets("") < 6 {
		time.Sleep(time.Millisecond)
	}
	giveUp()
	all.Wait()
	heal()
	w.show(a)
	for name, got := range map[string][2]int{
		"of a":            {w.PayloadGets(a), 3},
		"of any":          {w.PayloadGets(""), 6},
		"by method":       {w.Calls(payloadGet), 6},
		"of Get for a":    {w.CallsFor(lockbox.SecretService_Get_FullMethodName, a), 1},
		"at once":         {w.MostInFlight(payloadGet), 6},
		"at once, others": {w.MostInFlight(lockbox.SecretService_Get_FullMethodName), 1},
		"tokens":          {w.TokenRequests(), 0},
		"discoveries":     {w.Discoveries(), 0},
		"connections":     {w.Connections(), 1},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", name, got[0], got[1])
		}
	}
	if n := w.MostInFlight(""); n < 6 {
		t.Errorf("at once, all methods: %d, want 6 or more", n)
	}
	w.ResetCounts()
	if w.PayloadGets("") != 0 || w.PayloadGets(a) != 0 {
		t.Error("counts stay after ResetCounts")
	}
}

// TestConcurrent is for the race detector: clients and a test at once.
func TestConcurrent(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	var all sync.WaitGroup
	for _, do := range []func(){
		func() { _, _ = w.get(id, "") },
		func() { _, _ = w.secrets.AddVersion(w.ctx, &lockbox.AddVersionRequest{SecretId: id}) },
		func() { _, _ = w.secrets.List(w.ctx, &lockbox.ListSecretsRequest{FolderId: folder}) },
		func() { w.Advance(time.Second); w.Token(admin); w.ExpireTokens() },
		func() { w.Grant("x", lockboxtest.Viewer, id); w.Revoke("x", lockboxtest.Viewer, id) },
		func() { w.Inject(lockboxtest.Fault{Times: 1, Code: codes.Internal})(); w.MostInFlight("") },
		func() { w.AddVersion(id, lockboxtest.Version{}); w.Configure(func(*lockboxtest.Behavior) {}) },
	} {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 30 {
				do()
			}
		}()
	}
	all.Wait()
}
