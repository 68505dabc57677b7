package server

import (
	"cmp"
	"context"
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

	// FlightTime is how long requests that are there have at the end. With the
	// 1.5 s before it, of rekey serve, that stays below the 10 s after which
	// container runtimes kill.
	FlightTime = 7500 * time.Millisecond
)

// Options are what Serve needs to know beside its listener and its handler.
type Options struct {
	Log *slog.Logger
	// Ready says why this server should get no requests now, in one line that
	// everybody may read: /readyz is then 503. Nil: there is never a reason.
	Ready func() error
	// Drain is how long new connections are taken after the end of the context,
	// so that who asks /readyz can send them elsewhere. It is asked then.
	// Nil: they are not.
	Drain func() time.Duration
	// MaxConnections is how many are taken concurrently; 0 is Connections. Others
	// wait to be accepted.
	MaxConnections int
	// The limits above; 0 is what stands there.
	HeaderTimeout, ReadTimeout, WriteTimeout, IdleTimeout, FlightTime time.Duration
}

// Serve answers on the listener until the context ends. It then drains: /readyz
// is 503, and each answer says that its connection ends. After that it takes no
// new connection, finishes the requests that are there, and returns nil, or an
// error if they did not end in time.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, o Options) error {
	header := cmp.Or(o.HeaderTimeout, headerTimeout)
	conns := newConns(cmp.Or(o.MaxConnections, Connections), header)
	p := &probes{next: h, ready: o.Ready}
	s := &http.Server{
		Handler:           conns.yielding(p),
		ConnState:         conns.state,
		ReadHeaderTimeout: header,
		ReadTimeout:       cmp.Or(o.ReadTimeout, readTimeout),
		WriteTimeout:      cmp.Or(o.WriteTimeout, writeTimeout),
		IdleTimeout:       cmp.Or(o.IdleTimeout, idleTimeout),
		MaxHeaderBytes:    maxHeader,

		DisableGeneralOptionsHandler: true, // every answer is ours, with its request id
		ErrorLog:                     slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
	}
	defer s.Close()
	done := make(chan struct{})
	defer close(done)
	go conns.sweep(done, sweeping)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener{ln, conns}) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	p.ending.Store(true)
	if o.Drain != nil {
		select {
		case err := <-ended:
			return err
		case <-time.After(o.Drain()):
		}
	}
	conns.lift()
	hangUp(ln)
	<-ended // all who waited to be accepted have been
	return conns.leave(cmp.Or(o.FlightTime, FlightTime))
}
