package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"rekey/deploy/build"
	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/local/platform"
)

const headerTimeout = 10 * time.Second

// options are what a stage is asked to be.
type options struct {
	addr           string
	platform       string   // yandex or aws
	names          []string // of functions, on aws
	access, routes string
	cache          string    // where plugins are kept; empty: in the user's cache folder
	log            io.Writer // of the functions and the gateway
	progress       func(what string)
}

// stage is one deployment on this machine.
type stage struct {
	options
	url          string
	token        string // of a caller who is let in
	keys         []stagedKey
	functionIDs  map[string]string // by name, on yandex
	functionURLs map[string]string // by name, on aws

	clone     string // the project's folder
	dir       string // what is built
	archive   []byte // of the functions, on yandex
	plan      plan
	lockbox   *lockboxtest.Server
	issuer    *issuer                       // on yandex
	extension *extensiontest.Server         // on aws
	secretARN string                        // likewise
	bounds    []string                      // of the functions' caches, as REKEY_CACHE_TTL=1s
	functions map[string]*platform.Function // by id, or on aws by name
	door      net.Listener                  // on yandex, for what is in front of the functions
	servers   []*http.Server
}

// stagedKey is a key of the stage.
type stagedKey struct{ name, id string }

// operations are the functions of one operation each.
var operations = []string{"datakey", "decrypt", "encrypt", "reencrypt"}

func newStage(o options) *stage {
	return &stage{options: o, functionIDs: map[string]string{}, functionURLs: map[string]string{},
		functions: map[string]*platform.Function{}}
}

// steps are what a stage is made of, in order.
var steps = map[string][]func(*stage, context.Context) error{
	"yandex": {
		(*stage).open, (*stage).findClone, (*stage).makeFolder, (*stage).startLockbox, (*stage).startIssuer,
		(*stage).evaluateYandex,
		(*stage).grant, (*stage).makeVersions, (*stage).startFunctions, (*stage).serve,
	},
	"aws": {
		(*stage).findClone, (*stage).makeFolder, (*stage).startLockbox, (*stage).createKeys, (*stage).startExtension,
		(*stage).evaluateAWS, (*stage).startPrograms,
	},
}

// start builds and starts everything. What was started is closed if something
// fails.
func start(ctx context.Context, o options) (*stage, error) {
	s := newStage(o)
	if steps[o.platform] == nil {
		return s, fmt.Errorf("-platform is yandex or aws, not %q", o.platform)
	}
	for _, step := range steps[o.platform] {
		if err := step(s, ctx); err != nil {
			return s, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

func (s *stage) findClone(ctx context.Context) (err error) {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	s.clone, err = build.Root(ctx, here)
	return err
}

func (s *stage) makeFolder(context.Context) (err error) {
	s.dir, err = os.MkdirTemp("", "rekey-stage")
	return err
}

// Close ends everything that was started.
func (s *stage) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	if s.door != nil { // which a server may have closed
		_ = s.door.Close()
	}
	for _, f := range s.functions {
		errs = append(errs, f.Close())
	}
	if s.issuer != nil {
		s.issuer.Close()
	}
	if s.extension != nil {
		s.extension.Close()
	}
	if s.lockbox != nil {
		errs = append(errs, s.lockbox.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

// open takes the address, before a minute is spent on building what is behind
// it.
func (s *stage) open(ctx context.Context) error {
	host, _, err := net.SplitHostPort(s.addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("-addr %s is no loopback HOST:PORT, such as 127.0.0.1:8481: the stage's keys and tokens "+
			"are for this machine alone", s.addr)
	}
	if s.door, err = new(net.ListenConfig).Listen(ctx, "tcp", s.addr); err != nil {
		return fmt.Errorf("%w: choose another -addr; with port 0 it is any free one", err)
	}
	s.url = "http://" + s.door.Addr().String()
	return nil
}

// serve puts what is in front of the functions there.
func (s *stage) serve(context.Context) error {
	h, err := s.front()
	if err != nil {
		return err
	}
	s.serveOn(s.door, h)
	return nil
}

// serveOn answers on a listener, until Close.
func (s *stage) serveOn(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }() // ends with Close
}
