package client

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"

	"rekey/shared/api"
)

// unanswered distinguishes what may pass from a wrong endpoint.
func (c *Client) unanswered(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" { // nothing of it is the server's
		return api.Errorf(api.Unavailable, "no answer from %s: %v: see the proxy in HTTPS_PROXY", c.base, op)
	}
	if isWrong(err) {
		return api.Errorf(api.Unknown, "no answer from %s: %v: is it the right endpoint?", c.base,
			unwrapURL(err)).Because(err)
	}
	return api.Errorf(api.Unavailable, "no answer from %s: %v", c.base, unwrapURL(err)).Because(err)
}

func isWrong(err error) bool {
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	return errors.As(err, &record) || errors.As(err, &certificate) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.As(err, &name) && name.IsNotFound
}

// unwrapURL leaves out the method and the URL that *url.Error repeats.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
