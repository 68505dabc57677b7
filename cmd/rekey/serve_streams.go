package main

import (
	"bytes"
	"io"
	stdlog "log"
	"log/slog"
	"time"

	"google.golang.org/grpc/grpclog"

	"rekey/shared/answer"
	"rekey/shared/boot"
	"rekey/shared/lossy"
)

// lastWords is how long the end waits for whoever reads the banner, and then for
// whoever reads the log.
const lastWords = 250 * time.Millisecond

// logAside lets nothing that this process writes to its standard error wait
// for whoever reads that: requests, and the end, would wait too. It returns the
// log, and what to call last.
func (a *app) logAside() (*slog.Logger, func()) {
	w := lossy.New(a.err)
	a.err = w
	stdlog.SetOutput(w) // net/http's, of clients
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, w))
	return boot.Log(w), func() { w.Close(lastWords) }
}

// announce prints the banner, for which nobody waits either. That it cannot be
// written is no failure: it is not what this command is asked for, and a server
// must start while a disk is full. It returns what to call last.
func (s *serve) announce(doc *serving, log *slog.Logger) (func(), error) {
	var text bytes.Buffer
	out := s.app.out
	s.app.out = &answer.Writer{Stream: &text}
	if err := s.app.banner(doc); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := out.Stream.Write(text.Bytes()); err != nil {
			log.Warn("the banner could not be written to standard output", "error", err)
		}
	}()
	return func() {
		select {
		case <-done:
		case <-time.After(lastWords):
		}
	}, nil
}
