package event_test

import (
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/identity"
)

// TestKeyIDAgrees: path, query and body, each pair, in every event; a path
// parameter is not looked at.
func TestKeyIDAgrees(t *testing.T) {
	const differ = "keyId: path, query and body name different keys"
	for _, file := range recorded(t) {
		for _, op := range api.Operations {
			for name, row := range map[string]struct {
				change func(object)
				want   string
			}{
				"query":                 {func(e object) { e.query(first) }, ""},
				"body":                  {func(e object) { e.bodyKey(t, "keyId", first) }, ""},
				"body, snake":           {func(e object) { e.bodyKey(t, "key_id", first) }, ""},
				"query and body":        {func(e object) { e.query(first); e.bodyKey(t, "keyId", first) }, ""},
				"path and query":        {func(e object) { e.query(second) }, differ},
				"path and body":         {func(e object) { e.bodyKey(t, "keyId", second) }, differ},
				"path and body, snake":  {func(e object) { e.bodyKey(t, "key_id", second) }, differ},
				"query and body differ": {func(e object) { e.query(first); e.bodyKey(t, "keyId", second) }, differ},
				"body and query differ": {func(e object) { e.query(second); e.bodyKey(t, "keyId", first) }, differ},
				"query alone, twice": {func(e object) {
					e["multiValueQueryStringParameters"] = map[string]any{"keyId": []string{first, second}}
				}, differ},
				"path parameters": {func(e object) { e.parameters(second + ":decrypt") }, ""},
			} {
				w := newWorld(t, identity.Platform)
				e := mustRead(t, file).as(t, w, op)
				direct := strings.HasPrefix(file, "yandex-direct")
				if e.bare() || direct && strings.HasPrefix(name, "path and query") {
					continue
				}
				row.change(e)
				a := w.invoke(t, functions[op], e.payload(t))
				if name = file + " as " + op.String() + ": " + name; row.want == "" {
					w.wantSuccess(t, name, op, a)
					continue
				}
				a.wantError(t, name, 400, api.InvalidArgument, row.want)
				if w.ring.asked.Load() > 0 {
					t.Errorf("%s: the store was asked", name)
				}
			}
		}
	}
}

// query sets the key id in the query, in both spellings of a query.
func (o object) query(id string) {
	o["queryStringParameters"] = map[string]any{"keyId": id}
	o["multiValueQueryStringParameters"] = map[string]any{"keyId": []string{id}}
}

// bodyKey sets the key id in the body.
func (o object) bodyKey(t testing.TB, name, id string) {
	t.Helper()
	body := o.body(t)
	body[name] = id
	o.withBody(t, body)
}

// parameters sets every map of path parameters there is in any format.
func (o object) parameters(value string) {
	for _, m := range []string{"pathParameters", "pathParams", "params", "parameters"} {
		o[m] = map[string]any{"keyId": value, "keyAndAction": value}
	}
	for _, m := range []string{"multiValueParams", "multiValueParameters"} {
		o[m] = map[string]any{"keyId": []string{value}, "keyAndAction": []string{value}}
	}
}
