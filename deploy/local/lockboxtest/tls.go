package lockboxtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// identity is a CA of the server's own and a certificate by it for loopback.
type identity struct {
	ca   *x509.Certificate
	leaf tls.Certificate
}

func newIdentity() (*identity, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := template("lockboxtest CA")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	ca, err := certify(root, root, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	host := template("lockboxtest")
	host.DNSNames, host.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	host.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf, err := certify(host, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	return &identity{ca: ca, leaf: tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}}, nil
}

// template is good for a day around now on anybody's clock.
func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(random(16)),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}

func certify(subject, issuer *x509.Certificate, pub *ecdsa.PublicKey, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, subject, issuer, pub, by)
	if err != nil {
		return nil, fmt.Errorf("certifying %s: %w", subject.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// CA is the certificate that a client must trust, in PEM; nil in plaintext.
func (s *Server) CA() []byte {
	if s.identity == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.identity.ca.Raw})
}

// TLSConfig is a client's configuration that trusts CA; nil in plaintext.
func (s *Server) TLSConfig() *tls.Config {
	if s.identity == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.identity.ca)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}
