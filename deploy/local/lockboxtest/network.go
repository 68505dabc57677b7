package lockboxtest

import (
	"net"
	"sync"
	"sync/atomic"
)

// network is the TCP under gRPC, where a test can break it: connections that
// are reset, and connections that die without a sign.
type network struct {
	mu       sync.Mutex
	conns    []*conn // that there ever were
	frozen   bool
	accepted int
}

type listener struct {
	net.Listener
	network *network
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	n := l.network
	n.mu.Lock()
	defer n.mu.Unlock()
	wrapped := &conn{Conn: c}
	wrapped.dead.Store(n.frozen)
	n.conns = append(n.conns, wrapped)
	n.accepted++
	return wrapped, nil
}

// each does something to every connection.
func (n *network) each(do func(*conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.conns {
		do(c)
	}
}

// conn is a connection that can die: then what it reads is lost, and so is
// what it writes, and neither end hears of it.
type conn struct {
	net.Conn
	dead atomic.Bool
}

func (c *conn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.dead.Load() {
			return n, err
		}
	}
}

func (c *conn) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// reset closes so that the client is told "connection reset by peer".
func (c *conn) reset() {
	_ = c.Conn.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

// DropConnections lets every gRPC connection die without notice, as happens
// while an instance is frozen: the client may write, and hears nothing. New
// connections work.
func (s *Server) DropConnections() { s.network.each(func(c *conn) { c.dead.Store(true) }) }

// Freeze is DropConnections for new connections too, until Thaw: they are
// accepted and never answered.
func (s *Server) Freeze() { s.freeze(true); s.DropConnections() }

// Thaw ends Freeze for connections that are made from now on. The others
// stay dead.
func (s *Server) Thaw() { s.freeze(false) }

func (s *Server) freeze(frozen bool) {
	s.network.mu.Lock()
	defer s.network.mu.Unlock()
	s.network.frozen = frozen
}

// Connections is how many gRPC connections were accepted so far.
func (s *Server) Connections() int {
	s.network.mu.Lock()
	defer s.network.mu.Unlock()
	return s.network.accepted
}
