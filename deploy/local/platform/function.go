package platform

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Function is a function on its platform. Its methods may be called from
// several goroutines concurrently.
type Function struct {
	config    Config
	initLimit time.Duration                 // for the start of an instance; 0: that is part of the first call's timeout
	open      func(*instance) (link, error) // starts an instance's process

	logging sync.Mutex // makes lines of several processes whole ones
	running sync.WaitGroup

	mu        sync.Mutex // protects what follows, and what instance says
	instances []*instance
	closed    bool
	faults    []error
}

// Invoke makes one call and returns the function's answer. A ctx that ends
// takes the caller away and not the call, which goes on and keeps its place.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	c := newCall(payload)
	in, err := f.place(c)
	if err != nil {
		return nil, err
	}
	go in.serve(c)
	select {
	case <-c.done:
		return c.answer, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// place gives a call to an instance, to a new one when all have what they can
// take.
func (f *Function) place(c *call) (*instance, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, in := range f.instances {
		if len(in.calls) < f.config.Concurrency {
			in.add(c)
			return in, nil
		}
	}
	in, err := f.start()
	if err != nil {
		return nil, err
	}
	in.add(c)
	return in, nil
}

// Provision starts an instance that waits for its first call, and returns when
// it is ready for that. The platforms call it a provisioned instance.
func (f *Function) Provision(ctx context.Context) error {
	f.mu.Lock()
	in, err := f.start()
	f.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-in.ready:
		return nil
	case <-in.ended:
		return in.cause
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errClosed = failed("it is closed")

// start starts an instance if there may be one more. f.mu is held.
func (f *Function) start() (*instance, error) {
	if f.closed {
		return nil, errClosed
	}
	if len(f.instances) >= f.config.Instances {
		return nil, ErrBusy
	}
	in := &instance{f: f, calls: map[string]*call{}, begin: time.Now(), ready: make(chan struct{}),
		ended: make(chan struct{})}
	var err error
	if in.link, err = f.open(in); err != nil {
		return nil, failed("starting it: %w", err)
	}
	f.instances = append(f.instances, in)
	return in, nil
}

// drop sees to it that an instance gets no more calls. f.mu is held.
func (f *Function) drop(in *instance) {
	f.instances = slices.DeleteFunc(f.instances, func(other *instance) bool { return other == in })
}

// Close ends all instances, with the calls that are under way in them, and
// returns when no process is left. Its error is what instances did wrong when
// there was no call to blame: they ended, or broke the platform's protocol.
func (f *Function) Close() error {
	f.mu.Lock()
	f.closed = true
	for _, in := range slices.Clone(f.instances) {
		in.kill(errClosed)
	}
	f.mu.Unlock()
	f.running.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.faults...)
}
