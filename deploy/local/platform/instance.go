package platform

import (
	"os/exec"
	"syscall"
	"time"
)

// instance is one process of a function.
type instance struct {
	f     *Function
	begin time.Time
	ready chan struct{} // closed when it can take its first call
	ended chan struct{} // closed when its process is gone and its calls have an outcome

	// f.mu protects what follows.
	link   link
	cmd    *exec.Cmd
	calls  map[string]*call // under way, by request id
	init   time.Duration    // until the first call has reported it
	frozen bool
	cause  error // why it was ended; then it is in f.instances no more
}

// link is the way from a platform to one of its instances.
type link interface {
	// hand gives the process a call. What becomes of it comes to
	// instance.settle.
	hand(*call)
	// close is called when the process has ended. When it returns, every
	// outcome that the process left has come.
	close()
}

// add puts a call on the instance. f.mu is held.
func (in *instance) add(c *call) {
	in.thaw()
	in.calls[c.id] = c
}

// serve hands a call over and waits until it is done, or as long as it may
// take.
func (in *instance) serve(c *call) {
	if in.f.initLimit > 0 {
		limit := time.AfterFunc(in.f.initLimit, func() { in.expire(c) })
		select {
		case <-in.ready:
			limit.Stop()
		case <-c.done:
			return
		}
	}
	c.deadline = time.Now().Add(in.f.config.Deadline)
	limit := time.AfterFunc(in.f.config.Timeout, func() { in.expire(c) })
	defer limit.Stop()
	in.link.hand(c)
	<-c.done
}

// isReady says that the instance can take its first call.
func (in *instance) isReady(init time.Duration) {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	in.init = init
	close(in.ready)
	in.freeze()
}

// settle ends a call of this instance.
func (in *instance) settle(id string, o outcome) {
	in.f.mu.Lock()
	c := in.calls[id]
	if c == nil { // its process is gone
		in.f.mu.Unlock()
		return
	}
	delete(in.calls, id)
	report := Report{RequestID: id, PID: in.cmd.Process.Pid, Duration: o.took, Init: in.init}
	in.init = 0
	in.freeze()
	in.f.mu.Unlock()
	if in.f.config.Report != nil {
		in.f.config.Report(report)
	}
	c.end(o)
}

// expire ends an instance because of a call that has taken too long, if it
// still lives.
func (in *instance) expire(c *call) {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	if in.calls[c.id] == c && in.cause == nil {
		c.late = true
		in.kill(failed("call %s of the same instance has timed out, and the platform ends them all", c.id))
	}
}

// fault ends an instance that does what its platform does not allow.
func (in *instance) fault(err error) {
	in.f.mu.Lock()
	defer in.f.mu.Unlock()
	if in.cause == nil {
		in.kill(err)
		in.blame(len(in.calls) == 0)
	}
}

// blame remembers what an instance did wrong if it was idle, and there is no
// call to tell it. f.mu is held.
func (in *instance) blame(idle bool) {
	if idle {
		in.f.faults = append(in.f.faults, in.cause)
	}
}

// kill ends the instance's process. f.mu is held.
func (in *instance) kill(cause error) {
	if in.cause != nil {
		return
	}
	in.cause = cause
	in.f.drop(in)
	in.cmd.Process.Kill()
}

// end gives the calls that are left an outcome, when the process has ended.
func (in *instance) end() {
	in.f.mu.Lock()
	in.f.drop(in)
	l, idle := in.link, len(in.calls) == 0
	in.f.mu.Unlock()
	l.close() // may settle a call, or say why the process has ended

	in.f.mu.Lock()
	if in.cause == nil {
		in.cause = failed("its process has ended: %v", in.cmd.ProcessState)
		in.blame(idle)
	}
	calls := in.calls
	in.calls = nil
	in.f.mu.Unlock()
	for _, c := range calls {
		if c.late {
			c.end(outcome{err: ErrTimeout})
		} else {
			c.end(outcome{err: in.cause})
		}
	}
	close(in.ended)
	in.f.running.Done()
}

// freeze stops the process if there is nothing for it to do. f.mu is held.
func (in *instance) freeze() {
	if in.f.config.Freeze && len(in.calls) == 0 && in.cause == nil {
		in.frozen = in.cmd.Process.Signal(syscall.SIGSTOP) == nil
	}
}

// thaw lets the process go on. f.mu is held.
func (in *instance) thaw() {
	if in.frozen {
		_ = in.cmd.Process.Signal(syscall.SIGCONT)
		in.frozen = false
	}
}
