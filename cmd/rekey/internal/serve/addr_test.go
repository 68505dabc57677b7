package serve

import (
	"net"
	"net/url"
	"testing"
)

// TestReachable: the host of a URL.
func TestReachable(t *testing.T) {
	for want, addr := range map[string]net.TCPAddr{
		"127.0.0.1:1":        {IP: net.IPv4(127, 0, 0, 1), Port: 1},
		"localhost:2":        {IP: net.IPv4zero, Port: 2},
		"localhost:3":        {IP: net.IPv6unspecified, Port: 3},
		"[::1]:4":            {IP: net.IPv6loopback, Port: 4},
		"[fe80::1%25eth0]:5": {IP: net.ParseIP("fe80::1"), Port: 5, Zone: "eth0"},
	} {
		got := reachable(&addr)
		if u, err := url.Parse("http://" + got); got != want || err != nil || u.Port() == "" {
			t.Errorf("%v: %s, want %s: %v", &addr, got, want, err)
		}
	}
}
