package main

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/client"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
)

// crypto is what the four operations' commands have in common.
type crypto struct {
	app      *app
	key      string // --key
	version  string // --version
	endpoint string // --endpoint
	aad      text
	io       inout
}

// text is a flag with a twin that names a file with the value.
type text struct{ value, file string }

func (a *app) crypto(c *cobra.Command) *crypto {
	f := &crypto{app: a, io: inout{app: a}}
	c.Args = args()
	c.Flags().StringVar(&f.key, "key", "", "`KEY`, an id or a unique name (with --endpoint an id)")
	c.MarkFlagRequired("key")
	c.Flags().StringVar(&f.endpoint, "endpoint", "", "ask the server at this `URL` instead of opening a keyring")
	f.io.flags(c)
	c.MarkFlagsMutuallyExclusive("keyring", "endpoint")
	return f
}

func (f *crypto) versionFlag(c *cobra.Command) {
	c.Flags().StringVar(&f.version, "version", "", "encrypt with this `VERSION` (default: the primary)")
}

// aadFlags declares --aad and --aad-file, with a prefix for the source's.
func (t *text) flags(c *cobra.Command, prefix, what string) {
	c.Flags().StringVar(&t.value, prefix+"aad", "", what+", as `TEXT`")
	c.Flags().StringVar(&t.file, prefix+"aad-file", "", what+", from `FILE`; an empty one means none")
	c.MarkFlagsMutuallyExclusive(prefix+"aad", prefix+"aad-file")
}

// service is the keyring's core or the endpoint's client, and the ids of the
// keys that the caller means.
func (f *crypto) service(ctx context.Context, names ...string) (rest.Service, []key.ID, error) {
	ids := make([]key.ID, len(names))
	if f.endpoint != "" {
		for i, name := range names {
			ids[i] = key.ID(name)
		}
		s, err := client.New(f.endpoint)
		return s, ids, asUsage(err)
	}
	c, err := f.app.config()
	if err != nil {
		return nil, nil, err
	}
	ad, err := admin.Open(c, false)
	if err != nil {
		return nil, nil, err
	}
	for i, name := range names {
		k, err := keyadmin.Find(ctx, ad, name)
		if err != nil {
			return nil, nil, err
		}
		ids[i] = k.ID
	}
	s, err := boot.Service(c, boot.Log())
	return s, ids, err
}

func asUsage(err error) error {
	if err != nil {
		return usagef("--endpoint: %v", err)
	}
	return nil
}
