package client

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// token is sent with every request unless it is empty.
type token string

func (t token) authorize(r *http.Request) {
	if t != "" {
		r.Header.Set("Authorization", "Bearer "+string(t))
	}
}

// Format answers every verb without the token.
func (c Client) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "client.Client(%s)", c.base) }

// checkToken refuses what cannot stand in a header. It repeats nothing.
func checkToken(t string) error {
	for i, r := range t {
		switch {
		case r == ' ' && strings.EqualFold(t[:i], "Bearer"):
			return errors.New("the token begins with Bearer: give only what follows it")
		case r <= ' ' || r > '~' || strings.ContainsRune("\"'{}", r): // such as of JSON around it
			return fmt.Errorf("the token has a character that no token has, after %d others: is it another file, or "+
				"of several lines?", i)
		}
	}
	return nil
}

// ended is when the token ended, if it is a JSON web token that says so.
func (t token) ended(now time.Time) (at time.Time, ok bool) {
	parts := strings.Split(string(t), ".")
	if len(parts) != 3 {
		return at, false
	}
	var claims struct {
		Exp float64 `json:"exp"`
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.Exp <= 0 || claims.Exp > float64(now.Unix()) {
		return at, false
	}
	return time.Unix(int64(claims.Exp), 0).UTC(), true
}
