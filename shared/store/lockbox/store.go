package lockbox

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/store/lockbox/internal/cloud"
	"rekey/shared/store/lockbox/internal/payload"
)

// Endpoint is where a service is: host:port, with TLS, or http://host:port with
// a loopback address, without.
type Endpoint = cloud.Endpoint

// Credentials say who we are to Lockbox. The zero value is the service account
// of the function or instance, which the metadata service knows.
type Credentials = cloud.Credentials

const payloads = "yandex.cloud.lockbox.v1.PayloadService"

// Where the services are in Yandex Cloud's own region.
const (
	DefaultEndpoint    Endpoint = "payload.lockbox.api.cloud.yandex.net:443"
	DefaultIAMEndpoint Endpoint = "iam.api.cloud.yandex.net:443"
)

// Options are what a Store must be told. Empty endpoints are the default ones.
type Options struct {
	Endpoint    Endpoint // of PayloadService
	IAMEndpoint Endpoint // of IamTokenService, which keys of service accounts need
	Credentials Credentials
	Log         *slog.Logger // the operator's; nil is slog.Default()
}

// Store answers from Lockbox. It is safe for concurrent use.
type Store struct {
	link *cloud.Link
	log  *slog.Logger
}

var _ keyring.Store = (*Store)(nil)

// New makes a Store. It begins to connect, and waits for nothing.
func New(o Options) (*Store, error) {
	if o.Endpoint == "" {
		o.Endpoint = DefaultEndpoint
	}
	if o.IAMEndpoint == "" {
		o.IAMEndpoint = DefaultIAMEndpoint
	}
	l, err := cloud.New(o.Credentials, o.IAMEndpoint, cloud.Service{Name: payloads, At: o.Endpoint})
	if err != nil {
		return nil, err
	}
	l.Connect(payloads)
	s := &Store{link: l, log: o.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s, nil
}

// Close ends the connections. A Store of a function is never closed.
func (s *Store) Close() { s.link.Close() }

// Get is keyring.Store's.
func (s *Store) Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	var p *lockbox.Payload
	err := s.link.Read(ctx, payloads, func(ctx context.Context, c grpc.ClientConnInterface) (err error) {
		p, err = lockbox.NewPayloadServiceClient(c).Get(ctx,
			&lockbox.GetPayloadRequest{SecretId: string(k), VersionId: string(v)})
		return err
	})
	if err != nil {
		return nil, s.translate(ctx, k, v, err)
	}
	id := key.VersionID(p.VersionId)
	if err := id.Check(); err != nil || v != "" && id != v {
		return nil, fmt.Errorf("key %s: %w: Lockbox answers with a version that was not asked for", k,
			keyring.ErrUnavailable)
	}
	algorithm, material, err := payload.Material(p)
	if err != nil {
		s.log.WarnContext(ctx, "this secret is not a key", "key", k, "version", id, "reason", err)
		return nil, fmt.Errorf("key %s, version %s: %w", k, id, absent(v))
	}
	defer clear(material)
	return keyring.NewVersion(k, id, algorithm, material)
}

// translate turns what became of a call into a sentinel, and tells the
// operator what can be done about it.
func (s *Store) translate(ctx context.Context, k key.ID, v key.VersionID, err error) error {
	if ctx.Err() == context.Canceled {
		return ctx.Err() // who asked has gone
	}
	code := status.Code(err)
	a, ok := answers[code]
	switch {
	case !ok:
		a = answer{sentinel: keyring.ErrUnavailable}
	case a.sentinel == keyring.ErrNoKey:
		a.sentinel = absent(v)
	}
	if a.advice != "" {
		s.log.WarnContext(ctx, "Lockbox refuses a key", "key", k, "version", v, "code", code.String(), "advice",
			a.advice, "error", err)
	}
	return refusal{fmt.Errorf("key %s: %w: %w", k, a.sentinel, err), a.advice}
}

// refusal has the advice beside the text, for who prints it: the log has it in
// its own line.
type refusal struct {
	error
	advice string
}

func (r refusal) Unwrap() error  { return r.error }
func (r refusal) Advice() string { return r.advice }

// absent is what is not there when v was asked for. Of a version it is never
// the key: anybody can make up a version, and ErrNoKey ends what is cached of
// all the others. If the key has gone, the next question tells.
func absent(v key.VersionID) error {
	if v != "" {
		return keyring.ErrNoVersion
	}
	return keyring.ErrNoKey
}
