package rest

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/key"
)

// call decodes the request of an operation, has it done and encodes the
// response. The trace, which may be nil, is filled in.
func (a *API) call(ctx context.Context, o api.Operation, path key.ID, r *Request, t *api.Trace) ([]byte, error) {
	switch o {
	case api.Encrypt:
		q := api.EncryptRequest{Trace: t}
		q.Malformed = decode(encryptFields, r, &q)
		return do(ctx, a.service.Encrypt, path, r, &q, &q.KeyID)
	case api.Decrypt:
		q := api.DecryptRequest{Trace: t}
		q.Malformed = decode(decryptFields, r, &q)
		return do(ctx, a.service.Decrypt, path, r, &q, &q.KeyID)
	case api.ReEncrypt:
		q := api.ReEncryptRequest{Trace: t}
		q.Malformed = decode(reEncryptFields, r, &q)
		return do(ctx, a.service.ReEncrypt, path, r, &q, &q.KeyID)
	default:
		q := api.GenerateDataKeyRequest{Trace: t}
		q.Malformed = decode(generateDataKeyFields, r, &q)
		return do(ctx, a.service.GenerateDataKey, path, r, &q, &q.KeyID)
	}
}

type method[Q, A any] func(context.Context, api.Principal, *Q) (*A, error)

func do[Q, A any](ctx context.Context, m method[Q, A], path key.ID, r *Request, q *Q, id *key.ID) ([]byte, error) {
	if err := agree(id, path, r.KeyIDs); err != nil {
		return nil, err
	}
	response, err := m(ctx, r.Principal, q)
	if err != nil {
		return nil, err
	}
	return encode(r.Memory, response), nil
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
