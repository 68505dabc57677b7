package main

import (
	"context"
	"errors"
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
	platform       string    // yandex or aws
	names          []string  // of functions, on aws
	access, routes string    // Terraform's variables, on yandex
	plugins        string    // the folder of plugins that stages share; empty: the stage's own
	log            io.Writer // of the functions and the gateway
	progress       func(what string)
}

// stage is one deployment on this machine.
type stage struct {
	options
	url   string            // of the gateway, if there is one
	urls  map[string]string // of the functions, if there is none, by name
	token string            // of a caller who is let in, on yandex
	keys  []stagedKey

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
	servers   []*http.Server
}

// stagedKey is a key of the stage.
type stagedKey struct{ name, id string }

// operations are the functions of one operation each.
var operations = []string{"datakey", "decrypt", "encrypt", "reencrypt"}

// steps are what a stage is made of, in order.
var steps = map[string][]func(*stage, context.Context) error{
	"yandex": {
		(*stage).findClone, (*stage).makeFolder, (*stage).startLockbox, (*stage).startIssuer, (*stage).evaluateYandex,
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
	s := &stage{options: o, urls: map[string]string{}, functions: map[string]*platform.Function{}}
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
	for _, f := range s.functions {
		errs = append(errs, f.Close())
	}
	if s.issuer != nil {
		s.issuer.server.Close()
	}
	if s.extension != nil {
		s.extension.Close()
	}
	if s.lockbox != nil {
		errs = append(errs, s.lockbox.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

// listen serves on a free port of this machine, until Close: the stage's keys
// and tokens are only for this machine.
func (s *stage) listen(ctx context.Context, h http.Handler) (url string, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String(), nil
}
