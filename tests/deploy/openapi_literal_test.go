package deploy_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// literal is the document that Terraform makes of the reference for some keys.
func literal(t *testing.T, keys ...string) []byte {
	t.Helper()
	p := mustEvaluate(t, jwtVars(vars{"keys": vars{}, "key_ids": keys}))
	return []byte(argument(p.Find("yandex_api_gateway", "rekey", "0"), "spec"))
}

// TestLiteralPaths: a document for one path a key and operation is valid and
// routes each.
func TestLiteralPaths(t *testing.T) {
	doc := mustLoad(t, literal(t, "e6q00000000000000001", "e6q00000000000000002"))
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Paths.Len(); n != 8 {
		t.Errorf("it has %d paths, want 8", n)
	}
	for path := range doc.Paths.Map() {
		r, err := http.NewRequest(http.MethodPost, "http://gateway.example"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if route, _, err := router.FindRoute(r); err != nil || route.Path != path {
			t.Errorf("%s goes to %v, %v", path, route, err)
		}
	}
}

// TestLiteralSize: a hundred keys leave most of the room that a gateway has.
func TestLiteralSize(t *testing.T) {
	const (
		most = 3_500_000 // bytes of a specification: API Gateway, "Quotas and limits"
		keys = 100
	)
	ids := make([]string, keys)
	for i := range ids {
		ids[i] = fmt.Sprintf("e6q%017d", i)
	}
	one, all := len(literal(t, ids[0])), len(literal(t, ids...))
	t.Logf("%d bytes for one key, %d for each further, %d for %d", one, (all-one)/(keys-1), all, keys)
	if all > most/4 {
		t.Errorf("%d keys take %d bytes, want at most a quarter of %d", keys, all, most)
	}
}
