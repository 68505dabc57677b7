package lockboxtest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// Options are what a server is started with. The zero value is a server in
// plaintext.
type Options struct {
	TLS      bool             // gRPC over TLS, with a certificate that CA shows
	Now      func() time.Time // the clock that Advance moves on from; nil: time.Now
	Behavior Behavior
}

// Server is one Lockbox, on free ports of 127.0.0.1. A Server is made by Start
// and ends with Close.
type Server struct {
	clock       func() time.Time
	ahead       atomic.Int64 // of it, see Now; a time.Duration
	counters    counters
	faults      faults
	network     network
	certificate *tls.Certificate // nil in plaintext

	addr         string // of gRPC, the same over Stop and Restart
	metadata     http.Server
	metadataAddr string

	life sync.Mutex   // guards grpc, that is starting and stopping
	grpc *grpc.Server // nil while stopped

	mu         sync.Mutex // guards everything below; held during a call
	call       current
	behavior   Behavior
	tokens     map[string]token
	keys       map[string]accountKey // by the key's id
	grants     map[grant]bool
	secrets    []*secret // in the order of creation
	operations []*pending
}

// Start starts a server.
func Start(o Options) (*Server, error) {
	s := &Server{
		clock:    time.Now,
		counters: counters{calls: map[call]int{}},
		addr:     "127.0.0.1:0",
		behavior: o.Behavior,
		tokens:   map[string]token{}, keys: map[string]accountKey{}, grants: map[grant]bool{},
	}
	if o.Now != nil {
		s.clock = o.Now
	}
	if o.TLS {
		var err error
		if s.certificate, err = newCertificate(); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return nil, fmt.Errorf("listening for the metadata service: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+MetadataToken, s.serveToken)
	s.metadata.Handler, s.metadata.ReadHeaderTimeout, s.metadataAddr = mux, time.Minute, l.Addr().String()
	go func() { _ = s.metadata.Serve(l) }() // ends with Close
	if err := s.Restart(); err != nil {
		return nil, errors.Join(err, s.metadata.Close())
	}
	return s, nil
}

// Addr is where gRPC listens, as host:port: every service is there.
func (s *Server) Addr() string { return s.addr }

// MetadataAddr is where the metadata service listens, as host:port.
func (s *Server) MetadataAddr() string { return s.metadataAddr }

// Stop ends the gRPC server and its connections: from then on a connection is
// refused, until Restart. State, tokens and the metadata service stay.
func (s *Server) Stop() {
	s.life.Lock()
	defer s.life.Unlock()
	if s.grpc != nil {
		s.network.each(func(c *conn) { _ = c.Close() }) // gRPC would wait for a frozen one
		s.grpc.Stop()
		s.grpc = nil
	}
}

// Restart starts the gRPC server again after Stop, on the same port.
func (s *Server) Restart() error {
	s.life.Lock()
	defer s.life.Unlock()
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listening for gRPC: %w", err)
	}
	s.addr, s.grpc = l.Addr().String(), s.newGRPC()
	go func(g *grpc.Server) { _ = g.Serve(listener{l, &s.network}) }(s.grpc) // ends with Stop
	return nil
}

// Close ends everything. Calls that are under way fail.
func (s *Server) Close() error {
	s.Stop()
	return s.metadata.Close()
}
