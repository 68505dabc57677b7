package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of a connection, against clients that hang or dawdle.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second // a body of 256 KiB at 17 KiB/s
	writeTimeout  = 30 * time.Second // longer than any operation and its answer
	idleTimeout   = 2 * time.Minute  // between requests of a kept-alive connection
	maxHeader     = 16 << 10         // bytes

	// drainTimeout is how long requests in flight have at the end; container
	// runtimes kill after 10 s.
	drainTimeout = 9 * time.Second
)

// Serve answers on the listener until the context ends. It then takes no new
// request, finishes those in flight, and returns nil, or an error if they did
// not end in time.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,

		DisableGeneralOptionsHandler: true, // every answer is ours, with its request id
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(patient{ln}) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(drain); err != nil {
		s.Close()
		return errors.New("requests in flight did not end in time and were cut off")
	}
	return nil
}
