package admin

import (
	"cmp"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"rekey/shared/keyadmin"
	"rekey/shared/store/lockbox"
	"rekey/shared/store/lockbox/internal/cloud"
)

// Where the services are in Yandex Cloud's own region.
const (
	DefaultSecretsEndpoint   lockbox.Endpoint = "lockbox.api.cloud.yandex.net:443"
	DefaultOperationEndpoint lockbox.Endpoint = "operation.api.cloud.yandex.net:443"
)

// Options are what an Admin must be told. Empty endpoints are the default ones.
type Options struct {
	Endpoint          lockbox.Endpoint // of PayloadService
	SecretsEndpoint   lockbox.Endpoint // of SecretService
	OperationEndpoint lockbox.Endpoint // of OperationService
	IAMEndpoint       lockbox.Endpoint // of IamTokenService, which keys of service accounts need
	Credentials       lockbox.Credentials

	// FolderID is where keys are listed and created.
	FolderID string
	// Material says who makes the material of new versions.
	Material Material
	// Window is how long a former primary version may still be in use: the
	// longest that any cache answers without the store, max(TTL, grace).
	Window time.Duration
	// Waiting, unless nil, is told what an operation of Lockbox that is not done
	// immediately does; done is called when it is.
	Waiting func(what string) (done func())
}

// Material says who makes the material of new versions.
type Material string

// The values of Material.
const (
	// AsBefore is Generated for a new key, and for a version whatever the
	// key's last one is.
	AsBefore Material = ""
	// Generated: Lockbox makes a text, from which the material is derived.
	// Nobody chooses or sees it.
	Generated Material = "generated"
	// Local: 32 random bytes of this machine.
	Local Material = "local"
)

// Admin manages the keys of one folder. It is safe for concurrent use,
// together with any number of others.
type Admin struct {
	Options
	link *cloud.Link
}

const (
	payloads   protoreflect.FullName = "yandex.cloud.lockbox.v1.PayloadService"
	secrets    protoreflect.FullName = "yandex.cloud.lockbox.v1.SecretService"
	operations protoreflect.FullName = "yandex.cloud.operation.OperationService"
)

// New makes an Admin. It makes no connection: the first call does.
func New(o Options) (*Admin, error) {
	l, err := cloud.New(o.Credentials, cmp.Or(o.IAMEndpoint, lockbox.DefaultIAMEndpoint),
		cloud.Service{Name: payloads, At: cmp.Or(o.Endpoint, lockbox.DefaultEndpoint)},
		cloud.Service{Name: secrets, At: cmp.Or(o.SecretsEndpoint, DefaultSecretsEndpoint)},
		cloud.Service{Name: operations, At: cmp.Or(o.OperationEndpoint, DefaultOperationEndpoint)})
	if err != nil {
		return nil, err
	}
	return &Admin{Options: o, link: l}, nil
}

// Close ends the connections.
func (a *Admin) Close() { a.link.Close() }

var (
	_ keyadmin.Admin   = (*Admin)(nil)
	_ keyadmin.Checker = (*Admin)(nil)
	_ keyadmin.Remover = (*Admin)(nil)
)
