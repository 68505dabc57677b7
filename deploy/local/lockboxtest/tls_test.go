package lockboxtest_test

import (
	"crypto/tls"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/endpoint"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	"rekey/deploy/local/lockboxtest"
)

func TestTLS(t *testing.T) {
	w := start(t, lockboxtest.Options{TLS: true})
	id, _ := w.text("x")
	must(w.get(id, ""))(t)
	w.Inject(lockboxtest.Fault{Times: 1, Reset: true})
	_, err := w.get(id, "")
	wantCode(t, err, codes.Unavailable)
	must(w.payload.Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id}, grpc.WaitForReady(true)))(t)

	// trusts others
	conn := must(grpc.NewClient(w.Addr(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{}))))(t)
	defer conn.Close()
	_, err = endpoint.NewApiEndpointServiceClient(conn).List(w.ctx, &endpoint.ListApiEndpointsRequest{})
	wantCode(t, err, codes.Unavailable)

	plain := start(t, lockboxtest.Options{})
	if plain.CA() != nil || plain.TLSConfig() != nil {
		t.Error("a server in plaintext has a CA")
	}
}

func TestEndpoints(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	c := endpoint.NewApiEndpointServiceClient(w.stranger())
	list := must(c.List(w.ctx, &endpoint.ListApiEndpointsRequest{}))(t)
	for _, id := range []string{"iam", "lockbox", "lockbox-payload", "operation", "endpoint"} {
		got := must(c.Get(w.ctx, &endpoint.GetApiEndpointRequest{ApiEndpointId: id}))(t)
		if got.GetAddress() != w.Addr() {
			t.Errorf("%s is at %s, want %s", id, got.GetAddress(), w.Addr())
		}
	}
	_, err := c.Get(w.ctx, &endpoint.GetApiEndpointRequest{ApiEndpointId: "kms"})
	wantCode(t, err, codes.NotFound)
	if n := w.Discoveries(); n != 7 || len(list.GetEndpoints()) != 5 {
		t.Errorf("%d discoveries of %d endpoints, want 7 of 5", n, len(list.GetEndpoints()))
	}
}
