// Package platform runs functions as their platforms do, on this machine: the
// plugins that Yandex Cloud Functions build, and the programs that AWS Lambda
// starts. It serves the local stage and tests; nothing that ships imports it.
//
// A Function has instances, each its own process. They are started when
// calls need them, serve one call after the other or several concurrently, and die
// of a call that takes too long. What the platforms do of that and what their
// documentation says of it stands in docs/platforms.md.
package platform

import (
	"cmp"
	"errors"
	"io"
	"time"
)

// Config is what a function is deployed with.
type Config struct {
	Name string // what the platform calls it; "" is rekey
	// KEY=value: all that its processes have, but for what the platform sets itself (Plugin, Lambda), which it may
	// replace
	Env []string

	Timeout time.Duration // of a call; 0 is 10 s
	// concurrent calls in an instance: 1 to 16; 0 is 1. AWS Lambda makes one, whatever this says.
	Concurrency int
	Instances   int // at the same time; 0 is 1

	// Freeze stops an instance's process (SIGSTOP) whenever no call is under
	// way in it, as the platforms do some time after a call.
	Freeze bool

	// Deadline is the time that AWS Lambda tells a call it has, if that is not
	// Timeout: for tests of what comes late. It may be negative.
	Deadline time.Duration

	// what the function writes to standard output and standard error, a line for each Write; nil drops it
	Log io.Writer
	// is told of every call that the function has ended itself, before Invoke returns; from several goroutines
	// concurrently
	Report func(Report)
}

// Report is what the platforms report of a call.
type Report struct {
	RequestID string
	PID       int // of the instance
	// of the call: on Yandex in the process, from the payload to the answer's bytes; on AWS Lambda between handing it
	// over and its outcome
	Duration time.Duration
	// only of the first call in its instance: on Yandex, opening the plugin; on AWS Lambda, from the process's start
	// until it asked for an event
	Init time.Duration
}

// What becomes of a call that is not answered. Their texts and those of the
// errors that wrap them are the operator's: a caller is told HTTP's status.
var (
	// ErrTimeout: the call took longer than Config.Timeout. Its instance was
	// ended, and with it all other calls there, which are ErrFailed.
	ErrTimeout = errors.New("the function has timed out")
	// ErrFailed: the function returned an error, panicked, ended its process
	// or broke its platform's protocol.
	ErrFailed = errors.New("the function has failed")
	// ErrBusy: as many instances as there may be have as many calls as they
	// may have. (The platforms let some calls wait before they say so; how
	// many is a setting of the account. Here none waits.)
	ErrBusy = errors.New("every instance of the function is busy")
)

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.Name = cmp.Or(c.Name, "rekey")
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	c.Deadline = cmp.Or(c.Deadline, c.Timeout)
	c.Concurrency = cmp.Or(c.Concurrency, 1)
	c.Instances = cmp.Or(c.Instances, 1)
	if c.Log == nil {
		c.Log = io.Discard
	}
	return c
}
