package rest

import (
	"context"
	"net/http"
	"strings"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/pipeline"
)

// Endpoint is a row of the table: a method and a path, and what is done there.
type Endpoint struct {
	method    string
	pattern   pattern
	operation api.Operation
	serve     func(context.Context, *pipeline.Pipeline, *api.Call, *Request) ([]byte, error)
}

// pattern is the form of a path after /kms/v1/keys.
type pattern struct {
	key  bool   // /{keyId}
	verb string // and :verb
}

// patternOf reads a path as a table spells it: /kms/v1/keys/{keyId}:encrypt.
func patternOf(path string) pattern {
	rest := strings.TrimPrefix(path, api.Collection)
	verb, key := strings.CutPrefix(rest, "/{keyId}")
	return pattern{key, strings.TrimPrefix(verb, ":")}
}

// row makes an endpoint: it reads the fields of a request Q, from the query of
// a GET and otherwise from the body, has it done, and encodes the answer A. id
// is the key of a request, nil if it has none.
func row[Q any, R interface {
	*Q
	pipeline.Request
}, A any](method, path string, fields []field[Q], id func(R) *key.ID,
	do func(context.Context, *api.Call, R) (*A, error), encode func(*Memory, *A) []byte) Endpoint {
	read := decode[Q]
	if method == http.MethodGet {
		read = decodeQuery[Q]
	}
	serve := func(ctx context.Context, rules *pipeline.Pipeline, c *api.Call, r *Request) ([]byte, error) {
		q := new(Q)
		c.Malformed = read(fields, r, q)
		if id != nil {
			if err := agree(id(q), c.KeyID, r.Query["keyId"]); err != nil {
				return nil, rules.Refuse(ctx, c, err)
			}
		}
		answer, err := do(ctx, c, q)
		if err != nil {
			return nil, err
		}
		return encode(r.Memory, answer), nil
	}
	return Endpoint{method, patternOf(path), R(nil).Operation(), serve}
}

// agree settles the key id among path, query and body: wherever it stands it
// must be the same.
func agree(id *key.ID, path key.ID, query []string) error {
	given := append(make([]key.ID, 0, 3), path)
	for _, q := range query {
		given = append(given, key.ID(q))
	}
	for _, g := range given {
		if g == "" {
			continue
		}
		if *id != "" && *id != g {
			return api.Errorf(api.InvalidArgument, "keyId: path, query and body name different keys")
		}
		*id = g
	}
	return nil
}
