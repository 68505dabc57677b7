package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rekey/shared/api"
	"rekey/shared/key"
)

// paths is what the paths of the API begin with, and an endpoint has not.
var paths = strings.TrimSuffix(api.Collection, "/keys")

// Limits of one call.
const (
	timeout   = 30 * time.Second
	maxAnswer = 1 << 20 // bytes: an answer is at most 44 KiB
)

// Client calls one server, which decides who is calling. Errors are *api.Error
// where the server said so.
type Client struct {
	base  string
	http  *http.Client
	token token
}

var _ api.Crypto = (*Client)(nil)

// New makes a Client of a server's URL, such as http://127.0.0.1:8480; what
// comes before /kms/v1/keys/ may have a path. Plain HTTP is refused but for
// loopback: plaintexts travel in it, and the token, if it is not empty.
func New(endpoint, bearer string) (*Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the endpoint is not a URL such as http://127.0.0.1:8480")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the endpoint at %.60q: a user, a query or a fragment is of no use here: leave it out",
			u.Host)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("the endpoint at %.60q: plain HTTP would show plaintexts to the network: use https",
			u.Host)
	}
	if port, err := strconv.ParseUint(cmp.Or(u.Port(), "443"), 10, 16); err != nil || port == 0 {
		return nil, fmt.Errorf("the endpoint at %.60q: a port is from 1 to 65535", u.Host)
	}
	if strings.Contains(u.Path+"/", paths+"/") {
		return nil, fmt.Errorf("the endpoint at %.60q ends before %s: leave that out", u.Host,
			paths)
	}
	if err := checkToken(bearer); err != nil {
		return nil, err
	}
	base := strings.TrimRight(u.Scheme+"://"+u.Host+u.Path, "/")
	return &Client{base, &http.Client{Timeout: timeout, CheckRedirect: stay}, token(bearer)}, nil
}

// stay follows no redirection: no KMS answers one, and it would take the
// plaintext and the token along, to plain HTTP too.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// call posts a request and reads the answer into a response.
func (c *Client) call(ctx context.Context, id key.ID, o api.Operation, request request, out *response) error {
	if err := api.CheckKeyID("keyId", id); err != nil {
		return err
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+api.Path(id, o),
		bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	c.token.authorize(r)
	answer, err := c.http.Do(r)
	if err != nil {
		return c.unanswered(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return api.Errorf(api.Unavailable, "the answer of %s broke off", c.base).Because(err)
	}
	if answer.StatusCode != http.StatusOK {
		return c.refusal(answer, data)
	}
	if err := json.Unmarshal(data, out); err != nil || !out.answers(o, id, request) {
		return api.Errorf(api.Unknown, "%s does not answer as a KMS: is it the right endpoint?", c.base).Because(err)
	}
	return nil
}

// printable replaces what could steer a terminal: the text is a stranger's.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '.'
}
