package about

import (
	"io"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

// Shells and what writes their scripts.
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

// Completion prints the scripts.
func Completion(s *cli.Streams) *cobra.Command {
	const use = "completion bash|zsh|fish"
	return &cobra.Command{
		Use:   use,
		Short: "Print a script that completes rekey's commands in a shell",
		Long: `Print a script that lets a shell complete commands, flags, files, and the ids
and names of the keys and versions in your store. The shell loads it at its
start: put the line for bash into ~/.bashrc, the script for zsh as _rekey into a
folder of $fpath, that for fish into ~/.config/fish/completions/rekey.fish.`,
		Example: `  source <(rekey completion bash)
  rekey completion zsh > _rekey`,
		Args: cli.Args("SHELL"),
		ValidArgsFunction: cli.Arguments(use, map[string]cobra.CompletionFunc{"bash|zsh|fish": cli.Offer("bash", "zsh",
			"fish")}),
		RunE: func(c *cobra.Command, given []string) error {
			write, ok := shells[given[0]]
			if !ok {
				return exit.Usagef("no script for %s: %s", config.Word(given[0]), c.UseLine())
			}
			return write(c.Root(), s.Out)
		},
	}
}
