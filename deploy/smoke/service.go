package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/rest"
)

const (
	timeout   = 20 * time.Second // a cold start included
	maxAnswer = 1 << 20          // bytes
)

// service is a deployment under test.
type service struct {
	options
	sign func(*http.Request, []byte) error
	http *http.Client
}

// serves names the function of an operation.
var serves = map[api.Operation]string{api.Encrypt: "encrypt", api.Decrypt: "decrypt", api.ReEncrypt: "reencrypt",
	api.GenerateDataKey: "datakey"}

// names are those of these functions.
var names = slices.Sorted(maps.Values(serves))

func (o *options) service() (*service, error) {
	o.other = cmp.Or(o.other, o.key)
	if err := errors.Join(key.ID(o.key).Check(), key.ID(o.other).Check()); err != nil {
		return nil, usagef("-key, -other: a key id %v", err)
	}
	if o.url != "" && len(o.functions) > 0 {
		return nil, usagef("-url and -function are two ways in: give one")
	}
	for _, name := range names {
		if o.url == "" && o.functions[name] == "" {
			return nil, usagef("-function %s=URL is missing", name)
		}
	}
	for _, at := range append(slices.Sorted(maps.Values(o.functions)), o.url) {
		if at != "" && !private(at) {
			return nil, usagef("%s: want https://HOST, or http:// on this machine: a token is sent there", at)
		}
	}
	s := &service{options: *o, http: &http.Client{Timeout: timeout}}
	token := os.Getenv("SMOKE_TOKEN")
	switch {
	case o.aws != "":
		return s, s.signForAWS()
	case token == "":
		return nil, usagef("SMOKE_TOKEN is not set: no deployment of rekey is public, so the caller needs a token")
	}
	s.sign = func(r *http.Request, _ []byte) error { r.Header.Set("Authorization", "Bearer "+token); return nil }
	return s, nil
}

// private reports whether nobody on the way can read what is sent to a URL.
func private(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// answer is one answer, read.
type answer struct {
	status  int
	header  http.Header
	fields  map[string]any
	elapsed time.Duration
}

func (a answer) text(name string) string { s, _ := a.fields[name].(string); return s }

// says is what an answer shows, without a secret.
func (a answer) says() string {
	code, _ := a.fields["code"].(float64)
	return fmt.Sprintf("status %d, code %v, %q", a.status, code, a.text("message"))
}

// post calls an operation. Without a path the key stands in the body.
func (s *service) post(ctx context.Context, o api.Operation, id string, body map[string]any,
	sign func(*http.Request, []byte) error) (answer, error) {
	at := strings.TrimRight(s.url, "/") + rest.Prefix + id + ":" + o.String()
	if s.url == "" {
		at = s.functions[serves[o]]
		body["keyId"] = id
	}
	data, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(data))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	if sign != nil {
		if err := sign(r, data); err != nil {
			return answer{}, err
		}
	}
	return s.do(r)
}

func (s *service) do(r *http.Request) (answer, error) {
	began := time.Now()
	response, err := s.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	a := answer{status: response.StatusCode, header: response.Header, elapsed: time.Since(began)}
	if json.Unmarshal(data, &a.fields) != nil {
		a.fields = map[string]any{"message": "not JSON"}
	}
	return a, err
}
