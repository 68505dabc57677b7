package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"rekey/shared/api"
)

// Causes of refusals that the caller can do something about.
var (
	// ErrNoToken: the server wants a token, and none was sent.
	ErrNoToken = errors.New("no token was sent")
	// ErrToken: the server does not accept the token.
	ErrToken = errors.New("the token is not accepted")
	// ErrNotAllowed: the token is good, and its owner may not do this.
	ErrNotAllowed = errors.New("the owner of the token is not allowed to")
	// ErrNoKey: the server has no key of that id. It knows no names.
	ErrNoKey = errors.New("no such key")
)

// status is google.rpc.Status as JSON.
type status struct {
	Code    api.Code `json:"code"`
	Message string   `json:"message"`
}

// noKey says so, and not that the key may be there and not be read.
var noKey = regexp.MustCompile(`^no key \S+$`)

// refusal is what an answer other than 200 says: of a KMS, or of whatever
// stands before it.
func (c *Client) refusal(answer *http.Response, data []byte) error {
	var s status
	if err := json.Unmarshal(data, &s); err != nil || s.Code == api.OK {
		return c.foreign(answer)
	}
	if id := answer.Header.Get("X-Request-Id"); s.Code == api.Internal && api.SaneRequestID(id) {
		s.Message += " (request id " + id + ")"
	}
	e := api.Errorf(s.Code, "%s", strings.Map(printable, s.Message))
	switch {
	case s.Code == api.Unauthenticated, s.Code == api.PermissionDenied:
		return e.Because(c.denied(answer.StatusCode))
	case s.Code == api.NotFound && noKey.MatchString(s.Message):
		return e.Because(ErrNoKey)
	}
	return e
}

// foreign is the refusal of a gateway, a proxy or something else.
func (c *Client) foreign(answer *http.Response) error {
	switch code := answer.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return c.denial(answer)
	case code == http.StatusTooManyRequests:
		return api.Errorf(api.ResourceExhausted, "%s answered %s: try again", c.base, answer.Status)
	case code == http.StatusBadGateway || code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout:
		return api.Errorf(api.Unavailable, "%s answered %s, as a gateway does when its server is down: try again",
			c.base,
			answer.Status)
	case code >= 300 && code < 400:
		return api.Errorf(api.Unknown, "%s answered %s and points to %s, which is not followed: is it the right "+
			"endpoint?", c.base, answer.Status, target(answer))
	}
	return api.Errorf(api.Unknown, "%s answered %s, and not as a KMS does: is it the right endpoint?", c.base,
		answer.Status)
}

// denial says what is missing.
func (c *Client) denial(answer *http.Response) error {
	code := api.Unauthenticated
	if answer.StatusCode == http.StatusForbidden {
		code = api.PermissionDenied
	}
	cause := c.denied(answer.StatusCode)
	return api.Errorf(code, "%s answered %s: %v", c.base, answer.Status, cause).Because(cause)
}

func (c *Client) denied(status int) error {
	at, ended := c.token.ended(time.Now())
	switch {
	case c.token == "":
		return ErrNoToken
	case ended:
		return fmt.Errorf("%w: it ended at %s", ErrToken, at.Format(time.RFC3339))
	case status == http.StatusForbidden:
		return ErrNotAllowed
	}
	return ErrToken
}

// target is where a redirection points, without what may be a secret.
func target(answer *http.Response) string {
	u, err := answer.Location()
	if err != nil {
		return "nowhere"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return fmt.Sprintf("%.100q", u.String())
}
