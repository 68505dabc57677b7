package serve

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/server"
)

func (s *command) listen(ctx context.Context) (net.Listener, error) {
	if err := checkAddr(s.addr); err != nil {
		return nil, err
	}
	ln, err := server.Listen(ctx, s.addr, s.anyone)
	if errors.Is(err, server.ErrNotLoopback) {
		return nil, exit.Usagef("%w: nobody is authenticated, so they could use every key; if that is meant, say --%s",
			err, anyoneFlag)
	}
	return ln, err
}

// checkAddr distinguishes a mistake in --addr from an address that cannot be had.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return notAddr(addr)
	}
	return nil
}

func notAddr(addr string) error {
	return exit.Usagef("--addr %s is not a HOST:PORT such as %s", config.Short(addr), defaultAddr)
}

// connectable is an address to connect to of one to listen on.
func connectable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	if n, err := net.LookupPort("tcp", port); err == nil {
		port = strconv.Itoa(n)
	}
	return net.JoinHostPort(host, port)
}

// reachable is an address that curl on this machine can use in a URL: not
// 0.0.0.0, and a zone as RFC 6874 has it.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return strings.Replace(addr.String(), "%", "%25", 1)
}
