// Command function is what the tests of package platform run on both
// platforms, and does what its event says.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Event says what to do.
type Event struct {
	Do  string // nothing, or what act knows
	Arg string
}

// Answer is what the function knows of itself and of its call.
type Answer struct {
	PID      int
	Dir      string // where it runs
	Env      []string
	Deadline time.Time // zero: there is none
	Values   [4]any    // what the context has: function, version, memory and request id
	Fill     string
}

// Handler answers one event.
func Handler(ctx context.Context, e *Event) (*Answer, error) {
	a := &Answer{PID: os.Getpid(), Env: os.Environ()}
	a.Dir, _ = os.Getwd()
	a.Deadline, _ = ctx.Deadline()
	for i, name := range []string{"FunctionName", "FunctionVersion", "MemoryLimit", "RequestID"} {
		a.Values[i] = ctx.Value("lambdaRuntime" + name)
	}
	return a, a.act(e)
}

func (a *Answer) act(e *Event) error {
	switch e.Do {
	case "wait": // until the listener at Arg hangs up
		return wait(e.Arg)
	case "fill":
		a.Fill = strings.Repeat("x", 6<<20)
	case "print":
		fmt.Fprint(os.Stdout, e.Arg)
		fmt.Fprint(os.Stderr, e.Arg)
	case "error":
		return errors.New(e.Arg)
	case "panic":
		panic(e.Arg)
	case "crash":
		go func() { panic(e.Arg) }()
		select {}
	case "exit":
		os.Exit(3)
	case "exit later":
		go exitAfter(e.Arg)
	}
	return nil
}

// wait says who it is to the listener, and returns when that hangs up.
func wait(address string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Fprintln(c, os.Getpid())
	io.Copy(io.Discard, c)
	return nil
}

func exitAfter(address string) {
	wait(address)
	os.Exit(4)
}
