package deploy_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// TestLiteralPaths: a document for one path a key and operation is valid and
// routes each.
func TestLiteralPaths(t *testing.T) {
	doc := mustLoad(t, []byte(yandex.must(t, "2 keys").Gateway))
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
	const most = 3_500_000 // bytes of a specification: API Gateway, "Quotas and limits"
	one, all := len(yandex.must(t, "1 key").Gateway), len(yandex.must(t, "100 keys").Gateway)
	t.Logf("%d bytes for one key, %d for each further, %d for %d", one, (all-one)/99, all, 100)
	if all > most/4 {
		t.Errorf("100 keys take %d bytes, want at most a quarter of %d", all, most)
	}
}
