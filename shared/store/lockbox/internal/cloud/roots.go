package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// trust is TLS for connections to Yandex Cloud. It trusts what Go trusts on this
// machine, SSL_CERT_FILE and SSL_CERT_DIR included, but does not read all of it
// for a cold start: crypto/x509 reads a file of all certificates, and then each
// file of a folder that nearly always has the same ones. The first file is
// tried first. A server that it does not vouch for is refused, and from then on
// crypto/x509 does all of it.
type trust struct {
	credentials.TransportCredentials // as Go has it
	few                              func() credentials.TransportCredentials
	all                              atomic.Bool // few was not enough
}

var trusted = newTrust()

func newTrust() *trust {
	t := &trust{TransportCredentials: credentials.NewTLS(nil)}
	t.few = sync.OnceValue(func() credentials.TransportCredentials {
		roots := bundle()
		if roots == nil {
			return t.TransportCredentials
		}
		return credentials.NewTLS(&tls.Config{RootCAs: roots})
	})
	return t
}

// ClientHandshake implements credentials.TransportCredentials.
func (t *trust) ClientHandshake(ctx context.Context, authority string, c net.Conn) (net.Conn, credentials.AuthInfo,
	error) {
	if t.all.Load() {
		return t.TransportCredentials.ClientHandshake(ctx, authority, c)
	}
	secure, info, err := t.few().ClientHandshake(ctx, authority, c)
	var refused *tls.CertificateVerificationError
	if errors.As(err, &refused) {
		t.all.Store(true)
	}
	return secure, info, err
}

// Clone implements credentials.TransportCredentials; there is nothing to change.
func (t *trust) Clone() credentials.TransportCredentials { return t }

// DialOption implements endpoints.EndpointOption.
func (t *trust) DialOption() grpc.DialOption { return grpc.WithTransportCredentials(t) }

// bundles are where the file of all certificates is, in the order in which
// crypto/x509 looks for one (root_linux.go); it reads the first that is there.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu
	"/etc/pki/tls/certs/ca-bundle.crt",   // Amazon Linux, Fedora
}

// bundle are the certificates of that file; nil if there are none.
func bundle() *x509.CertPool {
	if runtime.GOOS != "linux" {
		return nil
	}
	files := bundles
	if named := os.Getenv("SSL_CERT_FILE"); named != "" {
		files = []string{named}
	}
	for _, file := range files {
		if pem, err := os.ReadFile(file); err == nil {
			if roots := x509.NewCertPool(); roots.AppendCertsFromPEM(pem) {
				return roots
			}
			return nil
		}
	}
	return nil
}
