package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Offer completes a value with one of these words.
func Offer(words ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return Matching(typed, words...)
	}
}

// Matching are the words that go on like what is typed, and no files.
func Matching(typed string, words ...string) ([]string, cobra.ShellCompDirective) {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, typed) })
	return words, cobra.ShellCompDirectiveNoFileComp
}

// Arguments completes arguments by the words of the line that shows how a command
// is used: FILE with files, those in the table as it says, others with nothing.
func Arguments(use string, table map[string]cobra.CompletionFunc) cobra.CompletionFunc {
	use, _, _ = strings.Cut(use, " --")
	words := strings.Fields(use)[1:]
	return func(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
		at := len(given)
		if last := len(words) - 1; last >= 0 && strings.HasSuffix(words[last], "...]") {
			at = min(at, last)
		}
		if at >= len(words) {
			return Matching(typed)
		}
		if word := strings.Trim(words[at], "[.]"); word == "FILE" {
			return nil, cobra.ShellCompDirectiveDefault
		} else if offer := table[word]; offer != nil {
			return offer(c, given, typed)
		}
		return Matching(typed)
	}
}

// complete makes the commands that do not say it complete their arguments and
// flags. A flag that takes a FILE completes files, any other none.
func complete(c *cobra.Command) {
	for _, sub := range c.Commands() {
		complete(sub)
	}
	if c.ValidArgsFunction == nil {
		c.ValidArgsFunction = Arguments(c.Use, nil)
	}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if value, _ := pflag.UnquoteUsage(f); value != "FILE" {
			_ = c.RegisterFlagCompletionFunc(f.Name, Offer()) // fails for a flag that has one
		}
	})
}
