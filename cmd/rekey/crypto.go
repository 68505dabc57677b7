package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/boot"
	"rekey/shared/ciphertext"
	"rekey/shared/client"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/kms"
	"rekey/shared/rest"
)

// crypto is what the four operations' commands have in common.
type crypto struct {
	app      *app
	key      string // --key
	version  string // --version
	endpoint string // --endpoint
	base64   bool   // --base64
	aad      text
	in       string    // --in
	out      string    // --out
	never    []string  // files that --out is refused for
	opening  *settings // of the store that opens ciphertexts; nil at an endpoint
}

// text is a flag with a twin that names a file with the value, and one that
// says that none is meant.
type text struct {
	value, file string
	none        bool
}

func (a *app) crypto(c *cobra.Command) *crypto {
	f := &crypto{app: a}
	c.Args = args()
	c.Flags().StringVarP(&f.key, "key", "k", "", "the `KEY`, an id or a unique name (with --endpoint an id; in Lockbox a name takes the right to list)")
	c.Flags().StringVarP(&f.out, "out", "o", "", "write `FILE` instead of standard output; a new one has mode 0600, one that is replaced keeps its own")
	c.Flags().BoolVar(&f.base64, "base64", false, "the ciphertext is base64 text, not raw bytes")
	c.Flags().StringVar(&f.endpoint, "endpoint", "", "ask the server at this `URL` instead of opening a store")
	a.storeFlag(c)
	a.keyringFlag(c)
	a.jsonFlag(c)
	exclude(c, "keyring", "endpoint")
	exclude(c, "store", "endpoint")
	return f
}

func (f *crypto) inFlag(c *cobra.Command) {
	c.Flags().StringVarP(&f.in, "in", "i", "", "read `FILE` instead of standard input")
}

func (f *crypto) versionFlag(c *cobra.Command) {
	c.Flags().StringVar(&f.version, "version", "", "encrypt with this `VERSION` (default: the primary)")
	before(c, func() error {
		if f.version == "" {
			return nil
		}
		_, err := versionArg(f.version)
		return err
	})
}

// flags declares --aad, --aad-file and --no-aad, with a prefix for the source's.
func (t *text) flags(c *cobra.Command, prefix, what string) {
	value, file, none := prefix+"aad", prefix+"aad-file", "no-"+prefix+"aad"
	c.Flags().StringVar(&t.value, value, "", what+", as `TEXT`")
	c.Flags().StringVar(&t.file, file, "", what+", from `FILE`; an empty one means none")
	c.Flags().BoolVar(&t.none, none, false, "there is none, as without the two")
	exclude(c, value, file)
	exclude(c, value, none)
	exclude(c, file, none)
}

func (f *crypto) input() *input   { return &input{f.app, "--in", f.in, f.base64} }
func (f *crypto) output() *output { return &output{f.app, f.out, f.base64, replacing{never: f.never}} }

// service is the endpoint's client or the store's core, and the ids of the
// keys that the caller means.
func (f *crypto) service(ctx context.Context, names ...string) (rest.Service, []key.ID, error) {
	c, err := f.app.config()
	if err != nil {
		return nil, nil, err
	}
	f.never = c.keyFiles()
	if f.endpoint != "" {
		return remote(f.endpoint, names)
	}
	f.opening = c
	return f.app.open(ctx, c, names...)
}

// opener is the key that a ciphertext is opened with: given, or if there is
// none of that place, the one that it names itself.
func (f *crypto) opener(given []key.ID, place int, blob []byte) (key.ID, error) {
	if place < len(given) {
		return given[place], nil
	}
	named, err := ciphertext.Split(blob)
	switch {
	case err != nil:
		return "", api.Errorf(api.InvalidArgument, "Bad ciphertext: %v", err)
	case f.opening == nil:
		return named.KeyID, nil
	}
	return named.KeyID, f.opening.checkServed([]key.ID{named.KeyID})
}

// open is the store's core, and the ids of the keys that the caller means; an
// empty name means none.
func (a *app) open(ctx context.Context, s *settings, names ...string) (*kms.Service, []key.ID, error) {
	ids, err := s.ids(ctx, names)
	if err == nil {
		err = s.checkServed(ids)
	}
	if err != nil {
		return nil, nil, err
	}
	service, err := openService(s, boot.Log(a.err))
	return service, ids, err
}

func remote(endpoint string, names []string) (rest.Service, []key.ID, error) {
	s, err := client.New(endpoint)
	if err != nil {
		return nil, nil, usagef("%w", err)
	}
	var ids []key.ID
	for _, name := range names {
		if name == "" {
			continue
		}
		id := key.ID(name)
		if err := keyadmin.CheckKeyID(id); err != nil {
			return nil, nil, fmt.Errorf("%w (with --endpoint a name is no help)", err)
		}
		ids = append(ids, id)
	}
	return s, ids, nil
}
