package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// errNoKey: the issuer has no key with the id that a token names.
var errNoKey = errors.New("no such key")

// keySet gets public keys from their issuer, one by one as page jwt-authorizer
// has it. (The key set of go-oidc keeps keys for ever; the gateway for
// jwkTtlInSeconds.)
type keySet struct {
	client        *http.Client
	uri           string // of the JSON Web Key Set; empty: it is in
	configuration string // the OpenID configuration
	ttl           time.Duration
	cached        ttlCache[string, *jose.JSONWebKey]
}

func (s *keySet) key(ctx context.Context, id string, at time.Time) (*jose.JSONWebKey, error) {
	if key, ok := s.cached.get(id, at); ok {
		return key, nil
	}
	uri := s.uri
	if uri == "" {
		var configuration struct {
			JWKSURI string `json:"jwks_uri"`
		}
		if err := s.get(ctx, s.configuration, &configuration); err != nil {
			return nil, err
		}
		uri = configuration.JWKSURI
	}
	var set jose.JSONWebKeySet
	if err := s.get(ctx, uri, &set); err != nil {
		return nil, err
	}
	keys := set.Key(id)
	if len(keys) == 0 {
		return nil, errNoKey
	}
	s.cached.put(id, &keys[0], at, s.ttl)
	return &keys[0], nil
}

// issuers answers for keys and configurations within this time.
var issuers = &http.Client{Timeout: 10 * time.Second}

func (s *keySet) get(ctx context.Context, uri string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", uri, response.Status)
	}
	const most = 1 << 20 // bytes: hundreds of keys
	if err := json.NewDecoder(io.LimitReader(response.Body, most)).Decode(into); err != nil {
		return fmt.Errorf("%s answers with what is no JSON of keys: %w", uri, err)
	}
	return nil
}

// ttlCache keeps values for a time. The zero value is empty.
type ttlCache[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]ttlEntry[V]
}

type ttlEntry[V any] struct {
	value V
	until time.Time
}

func (c *ttlCache[K, V]) get(k K, at time.Time) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[k]
	return e.value, ok && at.Before(e.until)
}

// put keeps a value, not at all if ttl is 0. There is no limit: what is kept
// was signed or published by an issuer that the document trusts.
func (c *ttlCache[K, V]) put(k K, v V, at time.Time, ttl time.Duration) {
	if ttl == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[K]ttlEntry[V]{}
	}
	c.entries[k] = ttlEntry[V]{v, at.Add(ttl)}
}
