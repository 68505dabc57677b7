package main

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/shared/api"
	"rekey/shared/boot"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
)

// crypto is what the four operations' commands have in common.
type crypto struct {
	app     *app
	key     string   // --key
	version string   // --version
	to      endpoint // --endpoint, --token-file
	base64  bool     // --base64
	aad     text
	in      string    // --in
	out     string    // --out
	never   []string  // files that --out is refused for
	opening *settings // of the store that opens ciphertexts; nil at an endpoint
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
	a.storeFlag(c)
	a.keyringFlag(c)
	a.jsonFlag(c)
	f.to.flags(c, "", " instead of opening a store (default $REKEY_ENDPOINT)")
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

// service is the client of a server or the core over a store, and the ids of
// the keys that the caller means.
func (f *crypto) service(ctx context.Context, names ...string) (api.Crypto, []key.ID, error) {
	at, err := f.target()
	if err != nil {
		return nil, nil, err
	}
	f.opening = at.store
	return f.open(ctx, at, names...)
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
	service, err := openService(s, boot.Log(a.err), pipeline.Owner)
	return service, ids, err
}
