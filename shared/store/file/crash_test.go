package file

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rekey/shared/keyadmin"
)

// TestKill kills a command that changes the keyring, a server that purges it,
// or both, with SIGKILL at random moments. Whatever was said to be done is
// there, at most one change more, and nothing else. By default in 50 rounds,
// with LONG=1 in 1000.
func TestKill(t *testing.T) {
	rounds := 50
	if os.Getenv("LONG") != "" {
		rounds = 1000
	}
	var total tally
	var wg sync.WaitGroup
	turns := make(chan int)
	for range min(4, runtime.NumCPU()) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range turns {
				killRound(t, i, &total)
			}
		}()
	}
	for i := range rounds {
		turns <- i
	}
	close(turns)
	wg.Wait()
	t.Logf("FIGURE kill -9 of writers: %d rounds: %d processes killed, %d left a temporary file, %d changes "+
		"acknowledged, %d made and not acknowledged",
		rounds, total.killed.Load(), total.leftovers.Load(), total.changes.Load(), total.unsaid.Load())
	if total.leftovers.Load() == 0 {
		t.Error("no kill hit a write: the rounds prove little")
	}
}

// tally is what all rounds together came to.
type tally struct{ killed, leftovers, changes, unsaid atomic.Int64 }

func killRound(t *testing.T, i int, total *tally) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Error(err)
		return
	}
	path := filepath.Join(dir, "keyring.json")
	a := mustAdmin(t, path, nil)
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k1"}); err != nil {
		t.Error(err)
		return
	}
	command, server := startChild(t, "command", path), startChild(t, "server", path)
	command.await(t)
	server.await(t)
	time.Sleep(rand.N(15 * time.Millisecond))
	switch i % 3 {
	case 0: // both together
	case 1:
		server.kill(t)
		command.await(t) // the lock is free again
	case 2:
		command.kill(t)
		server.await(t)
	}
	command.kill(t)
	server.kill(t)
	total.killed.Add(2)
	checkRound(t, path, append(command.said(), server.said()...), total)
	if left := temps(path); len(left) > 0 {
		total.leftovers.Add(int64(len(left)))
		checkLeftovers(t, left)
	}
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k2"}); err != nil {
		t.Errorf("the next change: %v", err)
	}
	if left := temps(path); len(left) > 0 {
		t.Errorf("the next change left %v", left)
	}
}
