package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/shared/ciphertext"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

func (a *app) inspect() *cobra.Command {
	c := &cobra.Command{
		Use:   "inspect [FILE]",
		Short: "Tell what a ciphertext is, without any key",
		Long: `Tell of a ciphertext which key and version made it, its algorithm and sizes, or
what is wrong with it and at which byte (counted from 0). FILE or standard
input may be the bytes, base64 or hexadecimal text of them, a JSON answer of the
API or of a function, or other text around their base64; bytes that went through
text are told, and ciphertexts of other systems named. No keyring is opened and
nothing of the message is shown but its ids.

Without the key nobody can tell whether the encrypted part was changed, or cut
short by less than it has: an intact ciphertext may still not open.

The exit status is 0 for an intact RKY1 ciphertext and 3 for anything else.`,
		Args: func(c *cobra.Command, given []string) error {
			if len(given) > 0 && given[0] != "" {
				given = given[1:]
			}
			return args()(c, given)
		},
		RunE: func(c *cobra.Command, given []string) error {
			in := &input{app: a, setting: "FILE"}
			if len(given) == 1 {
				in.path = given[0]
			}
			message, err := in.read(ciphertext.MaxInspect)
			if err != nil {
				return err
			}
			return a.showReport(ciphertext.Inspect(message))
		},
	}
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return c
}

// showReport prints all that is known, and fails unless it is an intact
// ciphertext.
func (a *app) showReport(r ciphertext.Report) error {
	var err error
	if a.json {
		err = a.printJSON(reportDocument(r))
	} else {
		for _, line := range reportLines(r) {
			fmt.Fprintf(a.out, "%-10s  %s\n", line[0], plain.Text(line[1]))
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
	add(r.Verdict == ciphertext.Alien && !r.Foreign.Ours, "to do", "%s, and encrypt the plaintext here with `rekey encrypt`", r.Foreign.Advice)
	return lines
}
