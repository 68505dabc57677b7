package settings

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/boot"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// typing is for how long a store may be asked while somebody is typing.
const typing = 2 * time.Second

// CompleteKey offers the ids and names of the store. Somebody is typing: it
// changes nothing, and where there is nothing to read, or not soon, it offers
// nothing and says nothing.
func (f *Flags) CompleteKey(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return cli.Matching(typed, f.quietly(c, keyWords)...)
}

// CompleteVersion offers the versions of a key that are not destroyed.
func (f *Flags) CompleteVersion(c *cobra.Command, idOrName, typed string) ([]string, cobra.ShellCompDirective) {
	return cli.Matching(typed, f.quietly(c, func(ctx context.Context, s *Settings, ad keyadmin.Admin) []string {
		return versionWords(ctx, s, ad, idOrName)
	})...)
}

// quietly asks the store of the flags or the environment, unless it would have to
// ask for a passphrase.
func (f *Flags) quietly(c *cobra.Command,
	words func(context.Context, *Settings, keyadmin.Admin) []string) []string {
	ctx, cancel := context.WithTimeout(c.Context(), typing)
	defer cancel()
	s, err := f.Load()
	if err != nil {
		return nil
	}
	s.Passphrase = boot.Passphrase(&s.Config)
	ad, err := s.OpenAdmin(false)
	if err != nil {
		return nil
	}
	return words(ctx, s, ad)
}

// keyWords leaves out the names that name no key, or another one.
func keyWords(ctx context.Context, s *Settings, ad keyadmin.Admin) (words []string) {
	all, _ := keyadmin.Names(ctx, ad)
	uses := map[string]int{} // of a word, as id or name
	for _, k := range all {
		uses[string(k.ID)]++
		uses[k.Name]++
	}
	for _, k := range all {
		if !isWord(string(k.ID)) {
			continue
		}
		words = append(words, string(k.ID)+"\t"+strings.TrimSpace(plain.Text(k.Name)+" "+k.Status.String()))
		if isWord(k.Name) && uses[k.Name] == 1 && !s.takesForID(k.Name) {
			words = append(words, k.Name+"\t"+string(k.ID)+" "+k.Status.String())
		}
	}
	return words
}

func versionWords(ctx context.Context, s *Settings, ad keyadmin.Admin, idOrName string) (words []string) {
	k, err := s.Find(ctx, ad, idOrName)
	if err != nil {
		return nil
	}
	all, _ := ad.Versions(ctx, k.ID)
	for _, v := range all {
		note := v.Status.String()
		if v.Primary {
			note += ", primary"
		}
		if v.Status != key.VersionDestroyed && isWord(string(v.ID)) {
			words = append(words, string(v.ID)+"\t"+note+", of "+show.Stamp(v.CreatedAt))
		}
	}
	return words
}

// isWord recognises a name that needs no quotes in any shell.
func isWord(name string) bool {
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-", c) {
			return false
		}
	}
	return name != "" && name[0] != '-' && plain.Text(name) == name
}
