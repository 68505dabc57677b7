package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// synonyms are what people and other programs call our commands.
var synonyms = map[string]string{
	"serve":                   "server start run daemon",
	"encrypt":                 "enc seal",
	"decrypt":                 "dec open unseal",
	"reencrypt":               "re-encrypt rewrap",
	"datakey":                 "data-key generate-data-key generatedatakey gen-data-key",
	"inspect":                 "info show describe identify file",
	"ping":                    "health healthcheck",
	"keys create":             "new add gen generate keygen make",
	"keys list":               "ls",
	"keys get":                "show describe info view",
	"keys versions":           "list-versions history",
	"keys rotate":             "roll renew",
	"keys set-primary":        "primary promote set-primary-version",
	"keys enable":             "activate",
	"keys disable":            "deactivate",
	"keys cancel-destruction": "cancel undelete undestroy cancel-version-destruction",
	"keys import":             "import-key load",
	"keyring backup":          "copy save dump",
	"keyring check":           "verify validate info show",
	"keyring repair":          "fix mend",
	"keyring passphrase":      "password passwd rekey",
}

// unsuggested destroy something, or replace it: a guess must not lead there.
var unsuggested = map[string]bool{"delete": true, "schedule-destruction": true, "restore": true}

// hints answer for what there is no command.
var hints = map[string]string{
	"rename": "a key keeps the name that it was created with",
	"update": "a key keeps the name that it was created with",
	"edit":   "a key keeps the name that it was created with",
}

// ambiguous are words that are commands of keys and of keyring.
var ambiguous = map[string]string{"check": "rekey keyring check` or `rekey keys check"}

// suggestion is the line of a command of c that a word may mean; empty if
// there is none. A command under keys or keyring may be meant without that.
func suggestion(c *cobra.Command, word string) string {
	if both, ok := ambiguous[word]; ok && !c.HasParent() {
		return both
	}
	if !c.HasParent() {
		for _, group := range []string{"keys", "keyring"} {
			sub := commandOf(c, group)
			if like := exactly(sub, word); like != "" && exactly(c, word) == "" {
				return like
			}
		}
	}
	if like := exactly(c, word); like != "" {
		return like
	}
	return misspelt(c, word)
}

// exactly is the command with this name or synonym.
func exactly(c *cobra.Command, word string) string {
	for _, sub := range c.Commands() {
		line := sub.CommandPath()
		_, path, _ := strings.Cut(line, " ")
		if unsuggested[sub.Name()] || !sub.IsAvailableCommand() {
			continue
		}
		for _, name := range append(strings.Fields(synonyms[path]), sub.Name()) {
			if strings.EqualFold(name, word) {
				return line
			}
		}
	}
	return ""
}

// misspelt is cobra's guess: all that are as near, for the other one may do the
// opposite (dencrypt). Two letters are another word (import for export) unless
// it begins alike.
func misspelt(c *cobra.Command, word string) string {
	for _, distance := range []int{1, 2} {
		c.SuggestionsMinimumDistance = distance
		var lines []string
		for _, like := range c.SuggestionsFor(word) {
			if !unsuggested[like] && (distance == 1 || strings.EqualFold(like[:1], word[:min(1, len(word))])) {
				lines = append(lines, c.CommandPath()+" "+like)
			}
		}
		if len(lines) > 0 {
			return strings.Join(lines, "` or `")
		}
	}
	return ""
}
