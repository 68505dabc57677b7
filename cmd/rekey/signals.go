package main

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

// signalled is why the context of a command ended.
type signalled struct{ syscall.Signal }

func (s signalled) Error() string { return fmt.Sprintf("ended by a signal (%v)", s.Signal) }

// status is what shells make of a program that a signal has ended.
func (s signalled) status() int { return 128 + int(s.Signal) }

// process is what a signal finds. The first one ends the command's context, and
// the program too, unless somebody attends: sees to the end of the context. The
// second one ends the program whatever it does.
var process struct {
	mu       sync.Mutex
	attended int
	got      *signalled
	at       time.Time            // when got came
	leavings map[*func()]struct{} // what must not be left behind
}

// watchSignals returns a context that the first signal ends.
func watchSignals(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	ending.KeepWriting()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, ending.Signals()...)
	go func() {
		for s := range signals {
			arrive(signalled{s.(syscall.Signal)}, cancel)
		}
	}()
	return ctx
}

// twin is for how long the same signal again is not a second one: timeout(1) sends
// it to the program, and then to its group.
const twin = 250 * time.Millisecond

func arrive(s signalled, cancel context.CancelCauseFunc) {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.got != nil && *process.got == s && time.Since(process.at) < twin {
		return
	}
	if process.got == nil && process.attended > 0 {
		process.got, process.at = &s, time.Now()
		cancel(s)
		return
	}
	leave(s)
}

// leave ends the program. process is locked: nothing more is left behind.
func leave(s signalled) {
	for remove := range process.leavings {
		(*remove)()
	}
	os.Exit(s.status())
}

// attend has the first signal end nothing but the context, until done.
func attend() (done func()) {
	process.mu.Lock()
	defer process.mu.Unlock()
	process.attended++
	return sync.OnceFunc(func() {
		process.mu.Lock()
		defer process.mu.Unlock()
		process.attended--
	})
}

// unattended waits for somebody who may never come, in f: a signal ends the
// program.
func unattended(f func()) {
	set := func(n int) (was int) {
		process.mu.Lock()
		defer process.mu.Unlock()
		was, process.attended = process.attended, n
		return was
	}
	defer set(set(0))
	f()
}

// leaving has a signal that ends the program call remove first, until done.
func leaving(remove func()) (done func()) {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.leavings == nil {
		process.leavings = map[*func()]struct{}{}
	}
	process.leavings[&remove] = struct{}{}
	return func() {
		process.mu.Lock()
		defer process.mu.Unlock()
		delete(process.leavings, &remove)
	}
}
