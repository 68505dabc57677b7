package lockbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	ycsdk "github.com/yandex-cloud/go-sdk/v2"
	"github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	"github.com/yandex-cloud/go-sdk/v2/pkg/options"
)

// lingering is how long connections that were given up may end what they have
// under way.
const lingering = 10 * time.Second

// link is the connections of a Store, through the SDK. They are made when a
// call needs them. An instance that was frozen wakes up with connections that
// are dead and do not show it; then they are replaced together.
type link struct {
	resolver endpoints.EndpointsResolver

	mu  sync.Mutex // guards sdk
	sdk *ycsdk.SDK
}

// newLink names both services, so that the SDK asks no discovery service: that
// would be one more round trip of a cold start.
func newLink(payloads, tokens Endpoint) (*link, error) {
	l := &link{resolver: endpoints.NewPrefixEndpointsResolver(endpoints.PrefixToEndpoint{
		"yandex.cloud.lockbox": payloads.params(),
		"yandex.cloud.iam":     tokens.params(),
	})}
	var err error
	l.sdk, err = l.build()
	return l, err
}

// build makes no connection yet. The SDK adds no token: it would keep one that
// is refused. It sends no keepalives: a frozen instance cannot, and servers
// refuse clients that send more than they like.
func (l *link) build() (*ycsdk.SDK, error) {
	sdk, err := ycsdk.Build(context.Background(),
		options.WithEndpointsResolver(l.resolver),
		options.WithCredentials(&credentials.NoCredentials{}),
		options.WithoutKeepalive())
	if err != nil {
		return nil, fmt.Errorf("setting up the client of Lockbox: %w", err)
	}
	return sdk, nil
}

func (l *link) current() *ycsdk.SDK {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sdk
}

// replace gives up the connections of old, unless that was done already.
func (l *link) replace(old *ycsdk.SDK) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sdk != old {
		return
	}
	next, err := l.build()
	if err != nil {
		return // as it did not fail the first time, it will not now
	}
	l.sdk = next
	time.AfterFunc(lingering, func() { old.Shutdown(context.Background()) })
}

func (l *link) close() { l.current().Shutdown(context.Background()) }

func payloads(ctx context.Context, sdk *ycsdk.SDK) (lockbox.PayloadServiceClient, error) {
	c, err := sdk.GetConnection(ctx, "yandex.cloud.lockbox.v1.PayloadService.Get")
	if err != nil {
		return nil, err
	}
	return lockbox.NewPayloadServiceClient(c), nil
}

func iamTokens(ctx context.Context, sdk *ycsdk.SDK) (iam.IamTokenServiceClient, error) {
	c, err := sdk.GetConnection(ctx, "yandex.cloud.iam.v1.IamTokenService.Create")
	if err != nil {
		return nil, err
	}
	return iam.NewIamTokenServiceClient(c), nil
}
