package serve

import (
	"bytes"
	"io"
	stdlog "log"
	"log/slog"
	"time"

	"google.golang.org/grpc/grpclog"

	"rekey/shared/boot"
	"rekey/shared/lossy"
)

// flushTimeout is how long the end waits for the reader of the banner, and then
// for that of the log.
const flushTimeout = 250 * time.Millisecond

// logAside lets nothing that this process writes to its standard error wait
// for its reader: requests, and the end, would wait too. It returns the
// log, and what to call last.
func (s *command) logAside() (*slog.Logger, func()) {
	w := lossy.New(s.Err)
	s.Err = w
	stdlog.SetOutput(w) // net/http's, of clients
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, w))
	return boot.Log(w), func() { w.Close(flushTimeout) }
}

// announce prints the banner, for which nobody waits either. That it cannot be
// written does not fail the command: a server must start while a disk is full. It returns what to call last.
func (s *command) announce(doc *document, log *slog.Logger) (func(), error) {
	var text bytes.Buffer
	if err := s.banner(&text, doc); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := s.Out.Stream.Write(text.Bytes()); err != nil {
			log.Warn("the banner could not be written to standard output", "error", err)
		}
	}()
	return func() {
		select {
		case <-done:
		case <-time.After(flushTimeout):
		}
	}, nil
}
