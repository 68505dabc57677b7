package lockboxtest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// Options are what a server is started with. The zero value is a server in
// plaintext on free loopback ports.
type Options struct {
	Addr         string           // of gRPC; empty: a free port of 127.0.0.1
	MetadataAddr string           // of the metadata service; likewise
	TLS          bool             // gRPC over TLS, with a certificate of the server's own CA
	Now          func() time.Time // the clock that Advance moves on from; nil: time.Now
	Behavior     Behavior
}

// Server is one Lockbox. A Server is made by Start and ends with Close.
type Server struct {
	clock    *clock
	counters *counters
	faults   *faults
	network  *network
	identity *identity // nil in plaintext

	metadata     *http.Server
	metadataAddr string

	addr string // the same over Stop and Restart

	life sync.Mutex   // guards grpc, that is starting and stopping
	grpc *grpc.Server // nil while stopped

	mu         sync.Mutex // guards everything below; held during a call
	behavior   Behavior
	iam        *iamState
	bindings   bindings
	secrets    []*secret // in the order of creation
	operations []*pending
}

// Start starts a server.
func Start(o Options) (*Server, error) {
	s := &Server{
		clock:    newClock(o.Now),
		counters: newCounters(),
		faults:   &faults{},
		network:  newNetwork(),
		behavior: o.Behavior,
		iam:      newIAM(),
		bindings: bindings{},
	}
	if o.TLS {
		id, err := newIdentity()
		if err != nil {
			return nil, err
		}
		s.identity = id
	}
	if err := s.startMetadata(loopback(o.MetadataAddr)); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", loopback(o.Addr))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening for gRPC: %w", err), s.metadata.Close())
	}
	s.addr = l.Addr().String()
	s.start(l)
	return s, nil
}

func loopback(addr string) string {
	if addr == "" {
		return "127.0.0.1:0"
	}
	return addr
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
		s.network.each("", func(c *conn) { _ = c.Close() }) // gRPC would wait for a frozen one
		s.grpc.Stop()
		s.grpc = nil
	}
}

// Restart starts the gRPC server again after Stop, on the same port.
func (s *Server) Restart() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.grpc != nil {
		return errors.New("the server is running")
	}
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listening for gRPC: %w", err)
	}
	s.start(l)
	return nil
}

func (s *Server) start(l net.Listener) {
	g := s.newGRPC()
	s.grpc = g
	go func() { _ = g.Serve(s.network.listener(l)) }() // ends with Stop
}

// Close ends everything. Calls that are under way fail.
func (s *Server) Close() error {
	s.Stop()
	return s.metadata.Close()
}

// Configure changes how the server behaves from the next call on.
func (s *Server) Configure(change func(*Behavior)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.behavior)
}
