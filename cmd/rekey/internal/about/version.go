// Package about is the commands about the program itself: version, completion,
// help, and the topic of the exit statuses.
package about

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/show"
)

// formats are what this program reads and writes. A ciphertext's number is in
// its magic, a keyring's in its member "format".
var formats = formatsJSON{Ciphertext: "RKY1", Keyring: 1}

type formatsJSON struct {
	Ciphertext string `json:"ciphertext"`
	Keyring    int    `json:"keyring"`
}

// Document is what the Go linker noted of this program.
type Document struct {
	Version  string      `json:"version"`            // of the module, or devel
	Revision string      `json:"revision,omitzero"`  // of the working copy it was built from
	Time     string      `json:"time,omitzero"`      // of the revision
	Modified bool        `json:"modified,omitempty"` // the working copy had changes since
	Go       string      `json:"go"`
	OS       string      `json:"os"`
	Arch     string      `json:"arch"`
	Formats  formatsJSON `json:"formats"`
}

// Version prints it.
func Version(s *cli.Streams) *cobra.Command {
	var json bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version, and the formats it reads and writes",
		Long: `Print the version of this program, the revision it was built from if the
builder noted it ("go build" does, "go run" does not), and the formats that it
reads and writes.`,
		Example: `  rekey version
  rekey version --json`,
		Args: cli.NoArgs(""),
		RunE: func(c *cobra.Command, _ []string) error {
			b := Build()
			if json {
				return show.JSON(s.Out, b)
			}
			_, err := fmt.Fprint(s.Out, b)
			return err
		},
	}
	c.Flags().BoolVar(&json, "json", false, "print one JSON document")
	return c
}

// Build is what is known of this program.
func Build() Document {
	info, _ := debug.ReadBuildInfo()
	return buildOf(info)
}

// buildOf reads what the linker noted; nil is a builder that noted nothing.
func buildOf(info *debug.BuildInfo) Document {
	b := Document{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Formats: formats}
	if info == nil {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String is the document for people.
func (b Document) String() string {
	s := fmt.Sprintf("rekey %s\n", b.Version)
	if b.Revision != "" {
		s += fmt.Sprintf("revision  %s of %s", b.Revision, b.Time)
		if b.Modified {
			s += ", changed since"
		}
		s += "\n"
	}
	return s + fmt.Sprintf("built by  %s for %s/%s\nformats   ciphertexts %s, keyring format %d\n",
		b.Go, b.OS, b.Arch, b.Formats.Ciphertext, b.Formats.Keyring)
}
