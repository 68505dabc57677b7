// Package process is what a command does to its process as a whole: what a
// signal ends and what is undone then, and that no core file is written.
package process

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"rekey/shared/ending"
)

// Signalled is why the context of a command ended.
type Signalled struct{ syscall.Signal }

func (s Signalled) Error() string { return fmt.Sprintf("ended by a signal (%v)", s.Signal) }

// Status is what shells make of a program that a signal has ended.
func (s Signalled) Status() int { return 128 + int(s.Signal) }

// state is what a signal finds. The first one ends the command's context, and
// the program too, unless it is attended: somebody waits for the end of the
// context. The second one ends the program whatever it does.
var state struct {
	mu       sync.Mutex
	attended int
	got      *Signalled
	at       time.Time            // when got came
	cleanups map[*func()]struct{} // run before the program ends
}

// Watch returns a context that the first signal ends.
func Watch(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	ending.KeepWriting()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, ending.Signals()...)
	go func() {
		for s := range signals {
			arrive(Signalled{s.(syscall.Signal)}, cancel)
		}
	}()
	return ctx
}

// duplicateWindow is how long the same signal again is not a second one:
// timeout(1) sends it to the program, and then to its group.
const duplicateWindow = 250 * time.Millisecond

func arrive(s Signalled, cancel context.CancelCauseFunc) {
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.got != nil && *state.got == s && time.Since(state.at) < duplicateWindow {
		return
	}
	if state.got == nil && state.attended > 0 {
		state.got, state.at = &s, time.Now()
		cancel(s)
		return
	}
	leave(s)
}

// leave ends the program. state is locked: nothing more is left behind.
func leave(s Signalled) {
	for remove := range state.cleanups {
		(*remove)()
	}
	os.Exit(s.Status())
}

// Attend makes the first signal end only the context, until done.
func Attend() (done func()) {
	state.mu.Lock()
	defer state.mu.Unlock()
	state.attended++
	return sync.OnceFunc(func() {
		state.mu.Lock()
		defer state.mu.Unlock()
		state.attended--
	})
}

// Unattended waits for somebody who may never come, in f: a signal ends the
// program.
func Unattended(f func()) {
	set := func(n int) (was int) {
		state.mu.Lock()
		defer state.mu.Unlock()
		was, state.attended = state.attended, n
		return was
	}
	defer set(set(0))
	f()
}

// Leaving is for what must not be left behind: until done, a signal that ends the program
// calls remove first.
func Leaving(remove func()) (done func()) {
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.cleanups == nil {
		state.cleanups = map[*func()]struct{}{}
	}
	state.cleanups[&remove] = struct{}{}
	return func() {
		state.mu.Lock()
		defer state.mu.Unlock()
		delete(state.cleanups, &remove)
	}
}
