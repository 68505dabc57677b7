package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	_ "rekey/shared/system"
)

// ErrNotLoopback is why Listen refuses an address.
var ErrNotLoopback = errors.New("address is not loopback")

// Listen opens HOST:PORT, port 0 being any free one. Unless anyone is true it
// refuses addresses that another machine could reach.
func Listen(ctx context.Context, addr string, anyone bool) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%q is not a HOST:PORT: %w", addr, err)
	}
	if !anyone && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: %q can be reached from other machines", ErrNotLoopback, addr)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", tcp.String())
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: choose another port, or port 0 for any", addr)
	}
	return ln, err
}
