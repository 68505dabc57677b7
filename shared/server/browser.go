package server

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"rekey/shared/api"
)

// FromBrowsers has a server on a loopback address refuse what browsers send
// for the pages of elsewhere, which may be a page of anybody: one whose name
// resolves to this address by now (DNS rebinding) is the same site to the
// browser, and could read the answers too. Beyond loopback that holds for a GET:
// of a POST browsers name the page. Names are those under which this server may
// be known besides the names of loopback.
func FromBrowsers(loopback bool, names []string) Option {
	return func(h *handler) { h.pages = pages{loopback, names} }
}

// pages are the web pages that may use this server.
type pages struct {
	loopback bool     // this server is on a loopback address
	names    []string // lower case
}

var errPage = api.Errorf(api.PermissionDenied,
	"requests of web pages from elsewhere are refused: this server authenticates nobody, so a page could use its keys")

// refuse looks for a sign that the request is one of a page from elsewhere.
// Other programs send what they like, and proxies any name in Host: those are
// let in.
func (p pages) refuse(r *http.Request) *api.Error {
	for _, origin := range r.Header["Origin"] {
		if origin != "" && !p.origin(origin) {
			return errPage
		}
	}
	if !p.loopback && r.Method != http.MethodGet || !fromBrowser(r.Header) {
		return nil
	}
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if strings.EqualFold(strings.TrimSpace(site), "cross-site") {
			return errPage
		}
	}
	if name := hostname(r.Host); !p.known(name) {
		return api.Errorf(api.PermissionDenied,
			"requests that a browser sends to the host %q are refused: a page of anybody could use the keys of this "+
				"server; if the name is its own, start it with --host", name)
	}
	return nil
}

// origin reports whether a page's origin is of this machine, or of this
// server. Browsers name it in every POST.
func (p pages) origin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && p.known(strings.ToLower(u.Hostname()))
}

func (p pages) known(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") { // RFC 6761, 6.3
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback() || slices.Contains(p.names, name)
}

// fromBrowser reports whether a browser has made the request: one of their
// headers is there, as no proxy takes it away.
func fromBrowser(h http.Header) bool {
	for name := range h {
		if name == "Origin" || name == "Referer" || strings.HasPrefix(name, "Sec-Fetch-") {
			return true
		}
	}
	return strings.HasPrefix(header(h, "User-Agent"), "Mozilla/")
}

// hostname is what stands in a Host header before the port, in lower case.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}
