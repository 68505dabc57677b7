package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

// shells and what writes their scripts.
var shells = map[string]func(root *cobra.Command, w io.Writer) error{
	"bash": bashCompletion,
	"zsh":  (*cobra.Command).GenZshCompletion,
	"fish": func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
}

// bashCompletion is cobra's script, which needs the package bash-completion for
// one thing: the words of the line. Bash has them split at = and :, too.
func bashCompletion(root *cobra.Command, w io.Writer) error {
	if err := root.GenBashCompletionV2(w, true); err != nil {
		return err
	}
	_, err := io.WriteString(w, bashWords)
	return err
}

const bashWords = `
# The words of the line, without the package bash-completion.
__rekey_init_completion()
{
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref "$@" cur prev words cword
        return
    fi
    local i last=
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if [[ $i -gt 0 && ( ${COMP_WORDS[i]} == [=:]* || $last == *[=:] ) ]]; then
            words[${#words[@]}-1]+=${COMP_WORDS[i]}
        else
            words+=("${COMP_WORDS[i]}")
        fi
        last=${COMP_WORDS[i]}
    done
    cword=$((${#words[@]} - 1)) prev=
    cur=${words[cword]}
    if [[ $cword -gt 0 ]]; then prev=${words[cword-1]}; fi
}
`

func (a *app) completion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Print a script that completes rekey's commands in a shell",
		Long: `Print a script that lets a shell complete commands, flags, files, and the ids
and names of the keys and versions in your store. The shell loads it at its
start: put the line for bash into ~/.bashrc, the script for zsh as _rekey into a
folder of $fpath, that for fish into ~/.config/fish/completions/rekey.fish.`,
		Args: args("SHELL"),
		RunE: func(c *cobra.Command, given []string) error {
			write, ok := shells[given[0]]
			if !ok {
				return exit.Usagef("no script for %s: %s", config.Word(given[0]), c.UseLine())
			}
			return write(c.Root(), a.out)
		},
	}
}

// complete tells every command how its arguments and flags are completed. It
// goes by their names, which mean the same everywhere; a flag that is not here
// takes a file.
func (a *app) complete(c *cobra.Command) {
	for _, sub := range c.Commands() {
		a.complete(sub)
	}
	if c.ValidArgsFunction == nil {
		c.ValidArgsFunction = a.arguments(c)
	}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if values := a.values(c, f.Name); values != nil {
			c.RegisterFlagCompletionFunc(f.Name, values) // fails only for a flag that has one
		}
	})
}

// arguments goes by the line that shows how a command is used.
func (a *app) arguments(c *cobra.Command) cobra.CompletionFunc {
	use, _, _ := strings.Cut(c.Use, " --")
	words := strings.Fields(use)[1:]
	return func(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
		at := len(given)
		if last := len(words) - 1; last >= 0 && strings.HasSuffix(words[last], "...]") {
			at = min(at, last)
		}
		if at >= len(words) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		switch words[at] {
		case "KEY", "[KEY...]":
			return a.completeKey(c, given, typed)
		case "VERSION":
			return a.completeVersion(c, given[0], typed)
		case "bash|zsh|fish":
			return only(typed, "bash", "zsh", "fish"), cobra.ShellCompDirectiveNoFileComp
		case "FILE", "[FILE]":
			return nil, cobra.ShellCompDirectiveDefault
		case "[COMMAND]":
			return completeCommand(c, typed)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// values completes the value of a flag; nil is a file.
func (a *app) values(c *cobra.Command, flag string) cobra.CompletionFunc {
	switch flag {
	case "key":
		return a.completeKey
	case "source-key":
		return a.completeSourceKey
	case "version":
		return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return a.completeVersion(c, c.Flag("key").Value.String(), typed)
		}
	case "algorithm", "spec":
		return fixed("AES_128", "AES_192", "AES_256", "AES_256_HSM")
	case "format":
		if c.Name() == "import" {
			return fixed("raw", "base64", "hex")
		}
	case "store", "source-store":
		return fixed("file", "lockbox")
	case "material":
		return fixed("local", "generated")
	case "log-requests":
		return fixed("all", "failed", "none")
	case "aad", "source-aad", "endpoint", "source-endpoint", "addr", "name", "id", "version-id", "pending",
		"servers-window", "folder-id", "max-connections", "max-body-memory", "host":
		return fixed()
	}
	return nil
}

func fixed(words ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return only(typed, words...), cobra.ShellCompDirectiveNoFileComp
	}
}

// only keeps the words that go on like what is typed.
func only(typed string, words ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, typed) })
}

func completeCommand(c *cobra.Command, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, sub := range c.Root().Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, fmt.Sprintf("%s\t%s", sub.Name(), sub.Short))
		}
	}
	return only(typed, names...), cobra.ShellCompDirectiveNoFileComp
}
