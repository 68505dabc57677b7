package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// Unguessed are the annotations of a command that destroys something, or
// replaces it: a guess must not lead there.
var Unguessed = map[string]string{unguessed: "yes"}

const unguessed = "unguessed"

func guessable(c *cobra.Command) bool {
	return c.Annotations[unguessed] == "" && c.IsAvailableCommand()
}

// suggestion is the line of a command of c that a word may mean, or several;
// empty if there is none. What is meant may also be below a command of c.
func suggestion(c *cobra.Command, word string) string {
	like := exactly(c, word)
	if len(like) == 0 {
		for _, sub := range c.Commands() {
			like = append(like, exactly(sub, word)...)
		}
	}
	if len(like) == 0 {
		like = misspelt(c, word)
	}
	return strings.Join(like, "` or `")
}

// exactly is the command of c with this name or synonym.
func exactly(c *cobra.Command, word string) []string {
	for _, sub := range c.Commands() {
		for _, name := range append(sub.SuggestFor, sub.Name()) {
			if guessable(sub) && strings.EqualFold(name, word) {
				return []string{sub.CommandPath()}
			}
		}
	}
	return nil
}

// misspelt is cobra's guess: all that are as near, for the other one may do the
// opposite (dencrypt). Two letters are another word (import for export) unless
// it begins alike.
func misspelt(c *cobra.Command, word string) (lines []string) {
	for c.SuggestionsMinimumDistance = 1; c.SuggestionsMinimumDistance <= 2 &&
		lines == nil; c.SuggestionsMinimumDistance++ {
		for _, like := range c.SuggestionsFor(word) {
			alike := c.SuggestionsMinimumDistance == 1 || strings.EqualFold(like[:1], word[:min(1, len(word))])
			if sub := Find(c, like); alike && sub != nil && guessable(sub) {
				lines = append(lines, sub.CommandPath())
			}
		}
	}
	return lines
}
