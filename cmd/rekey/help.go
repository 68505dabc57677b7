package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// groups are the headings of `rekey --help`.
var groups = []struct{ id, title, commands string }{
	{"serve", "Serve:", "serve"},
	{"keys", "Keys:", "keys keyring"},
	{"crypto", "Encrypt and decrypt:", "encrypt decrypt reencrypt datakey"},
	{"tools", "Tools:", "inspect ping version completion help"},
}

// Commands stand in the order in which they were added, the way people need
// them, and are suggested in it.
func init() { cobra.EnableCommandSorting = false }

// describe gives the root's commands their groups and every command its page.
func describe(root *cobra.Command) {
	root.InitDefaultHelpCmd() // as Execute would later, or help had no page
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, name := range strings.Fields(g.commands) {
			if c := commandOf(root, name); c != nil {
				c.GroupID = g.id
			}
		}
	}
	root.Version = thisBuild().Version // rekey --version
	for _, p := range pages {
		if c := commandOf(root, p.command); c != nil {
			p.describe(c)
		}
	}
}

// commandOf is the command of these words, or nil.
func commandOf(root *cobra.Command, words string) *cobra.Command {
	c, rest, err := root.Find(strings.Fields(words))
	if err != nil || len(rest) > 0 {
		return nil
	}
	return c
}

// page is what the help of a command has beside its flags.
type page struct {
	command string
	long    string   // empty: the command has its own
	example []string // command lines
}

func (p page) describe(c *cobra.Command) {
	if p.long != "" {
		c.Long = p.long
	}
	c.Example = "  " + strings.Join(p.example, "\n  ")
}
