// Package inspect is `rekey inspect`: what a ciphertext is, without any key.
package inspect

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/message"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/ciphertext"
	"rekey/shared/keyadmin"
)

// Command is the command.
func Command(s *cli.Streams) *cobra.Command {
	var json bool
	c := &cobra.Command{
		Use:   "inspect [FILE]",
		Short: "Say what a ciphertext is, without any key",
		Long: `Say of a ciphertext which key and version made it, its algorithm and sizes, or
what is wrong with it and at which byte (counted from 0). FILE or standard
input may be the bytes, base64 or hexadecimal text of them, a JSON answer of the
API or of a function, or other text around their base64. Bytes that were damaged
as text and ciphertexts of other systems are recognised. No keyring is opened,
and only the ids of the message are shown.

Without the key nobody can tell whether the encrypted part was changed, or cut
short by less than it has: an intact ciphertext may still not open.

The exit status is 0 for an intact RKY1 ciphertext and 3 for anything else.`,
		Example: `  rekey inspect letter.rky
  rekey inspect --json < secret.txt`,
		SuggestFor: []string{"info", "show", "describe", "identify", "file"},
		Args: func(c *cobra.Command, given []string) error {
			if len(given) > 0 && given[0] != "" {
				given = given[1:]
			}
			return cli.NoArgs("")(c, given)
		},
		RunE: func(c *cobra.Command, given []string) error {
			in := message.Input{Setting: "FILE", Stdin: s.In, Notes: s.Err}
			if len(given) == 1 {
				in.Path = given[0]
			}
			b, err := in.Read(ciphertext.MaxInspect)
			if err != nil {
				return err
			}
			return showReport(s, ciphertext.Inspect(b), json)
		},
	}
	c.Flags().BoolVar(&json, "json", false, "print one JSON document")
	return c
}

// showReport prints all that is known, and fails unless it is an intact
// ciphertext.
func showReport(s *cli.Streams, r ciphertext.Report, json bool) error {
	var err error
	if json {
		err = show.JSON(s.Out, reportDocument(r))
	} else {
		for _, line := range reportLines(r) {
			show.Row(s.Out, line[0], "%s", line[1])
		}
	}
	if err != nil {
		return err
	}
	switch r.Verdict {
	case ciphertext.Intact:
		return nil
	case ciphertext.Damaged:
		return fmt.Errorf("%w: the ciphertext is damaged", keyadmin.ErrInvalid)
	}
	return fmt.Errorf("%w: it is not an RKY1 ciphertext", keyadmin.ErrInvalid)
}

// reportLines are the names and values that are known.
func reportLines(r ciphertext.Report) (lines [][2]string) {
	add := func(known bool, name, format string, args ...any) {
		if known {
			lines = append(lines, [2]string{name, fmt.Sprintf(format, args...)})
		}
	}
	add(len(r.Layers) > 0, "found in", "%s", strings.Join(r.Layers, ", in it "))
	add(r.Verdict == ciphertext.Intact, "format", "RKY1")
	add(r.Verdict == ciphertext.Damaged, "format", "RKY1, damaged")
	add(r.Verdict == ciphertext.Alien, "format", "%s", r.Foreign.Name)
	add(r.Verdict == ciphertext.Unknown, "format", "unknown")
	add(r.Algorithm != 0, "algorithm", "%s", r.Algorithm)
	add(r.KeyID != "", "key", "%s", r.KeyID)
	add(r.VersionID != "", "version", "%s", r.VersionID)
	add(r.Header > 0, "header", "%d bytes", r.Header)
	add(r.Blob != nil, "plaintext", "%d bytes", r.Body)
	add(r.Total <= ciphertext.MaxInspect, "total", "%d bytes", r.Total)
	add(r.Total > ciphertext.MaxInspect, "total", "over %d bytes", ciphertext.MaxInspect)
	add(r.Verdict == ciphertext.Damaged, "problem", "%s", r.Damage)
	add(r.Verdict == ciphertext.Unknown, "problem", "%s", r.Damage.Problem)
	add(r.Note != "", "note", "%s", r.Note)
	add(r.Foreign.Ours, "to do", "%s", r.Foreign.Advice)
	add(r.Verdict == ciphertext.Alien && !r.Foreign.Ours, "to do", "%s, and encrypt the plaintext here with "+
		"`rekey encrypt`", r.Foreign.Advice)
	return lines
}
