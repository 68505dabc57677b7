package crypto

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/message"
	"rekey/shared/api"
	"rekey/shared/keyadmin"
)

// text is a flag with a twin that names a file with the value, and one that
// says that none is meant.
type text struct {
	value, file string
	none        bool
}

// declare declares --aad, --aad-file and --no-aad, with a prefix for the source's.
func (t *text) declare(c *cobra.Command, prefix, what string) {
	value, file, none := prefix+"aad", prefix+"aad-file", "no-"+prefix+"aad"
	c.Flags().StringVar(&t.value, value, "", what+", as `TEXT`")
	c.Flags().StringVar(&t.file, file, "", what+", from `FILE`; an empty one means none")
	c.Flags().BoolVar(&t.none, none, false, "there is none, as without the two")
	cli.Exclude(c, value, file, none)
	cli.Exclude(c, file, none)
}

// read reads the value of the flag or of its file.
func (t *text) read(flag string) ([]byte, error) {
	if t.file == "" {
		return []byte(t.value), nil
	}
	b, err := message.ReadFile(flag, flag, t.file, api.MaxAAD)
	if len(b) > api.MaxAAD {
		return nil, fmt.Errorf("%w: %s %s is over %d bytes, the limit of AAD", keyadmin.ErrInvalid, flag, t.file,
			api.MaxAAD)
	}
	return b, err
}
