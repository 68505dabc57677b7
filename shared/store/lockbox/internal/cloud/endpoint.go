package cloud

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
)

// plain begins the address of a server without TLS, which may only be on this
// machine: anyone who can read the wire would have the keys.
const plain = "http://"

// Endpoint is where a service is: host:port, with TLS, or
// http://host:port with a loopback address, without.
type Endpoint string

// Check says what is wrong with an endpoint.
func (e Endpoint) Check() error {
	address, isPlain := strings.CutPrefix(string(e), plain)
	host, port, err := net.SplitHostPort(address)
	if _, noPort := strconv.ParseUint(port, 10, 16); err != nil || noPort != nil || host == "" ||
		strings.Contains(host, "/") {
		return fmt.Errorf("%.60q is not a host:port", string(e))
	}
	if ip := net.ParseIP(host); isPlain && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%.60q is without TLS and not on this machine: keys would pass over the network in plain "+
			"text; leave out %s", string(e), plain)
	}
	return nil
}

func (e Endpoint) params() *endpoints.EndpointParams {
	if address, ok := strings.CutPrefix(string(e), plain); ok {
		return endpoints.NewEndpointParams(address, endpoints.Plaintext())
	}
	return endpoints.NewEndpointParams(string(e), trusted)
}
