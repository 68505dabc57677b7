package main

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// typing is for how long a store may be asked while somebody is typing.
const typing = 2 * time.Second

// completeKey offers the ids and names of the store. Somebody is typing: it
// changes nothing, and where there is nothing to read, or not soon, it offers
// nothing and says nothing. The keys of --endpoint are not ours to list.
func (a *app) completeKey(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	s, ad := a.quietAdmin(c)
	if ad == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), typing)
	defer cancel()
	all, err := keyadmin.Names(ctx, ad)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	bearers := map[string]int{} // of a word, as id or name
	for _, k := range all {
		bearers[string(k.ID)]++
		bearers[k.Name]++
	}
	var words []string
	for _, k := range all {
		if !isWord(string(k.ID)) {
			continue
		}
		words = append(words, string(k.ID)+"\t"+strings.TrimSpace(plain.Text(k.Name)+" "+k.Status.String()))
		if isWord(k.Name) && bearers[k.Name] == 1 && !s.takesForID(k.Name) {
			words = append(words, k.Name+"\t"+string(k.ID)+" "+k.Status.String())
		}
	}
	return only(typed, words...), cobra.ShellCompDirectiveNoFileComp
}

// completeVersion offers the versions of a key that are not destroyed.
func (a *app) completeVersion(c *cobra.Command, idOrName, typed string) ([]string, cobra.ShellCompDirective) {
	s, ad := a.quietAdmin(c)
	if ad == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), typing)
	defer cancel()
	k, err := s.find(ctx, ad, idOrName)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, err := ad.Versions(ctx, k.ID)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, v := range all {
		note := v.Status.String()
		if v.Primary {
			note += ", primary"
		}
		if v.Status != key.VersionDestroyed && isWord(string(v.ID)) {
			words = append(words, string(v.ID)+"\t"+note+", of "+stamp(v.CreatedAt))
		}
	}
	return only(typed, words...), cobra.ShellCompDirectiveNoFileComp
}

// quietAdmin opens the store of the flags or the environment, unless it would
// have to ask for a passphrase; nil if there is none.
func (a *app) quietAdmin(c *cobra.Command) (*settings, keyadmin.Admin) {
	if f := c.Flag("endpoint"); f != nil && f.Changed {
		return nil, nil
	}
	s, err := a.config()
	if err != nil {
		return nil, nil
	}
	s.passphrase = boot.Passphrase(&s.Config)
	ad, err := openAdmin(s, false)
	if err != nil {
		return nil, nil
	}
	return s, ad
}

// isWord tells a name that needs no quotes in any shell.
func isWord(name string) bool {
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-", c) {
			return false
		}
	}
	return name != "" && name[0] != '-' && plain.Text(name) == name
}

// completeSourceKey is completeKey for the store of the source key.
func (a *app) completeSourceKey(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	if a.source.asks() {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if s := a.source; s != (source{}) {
		a.store, a.keyring, a.phrase = string(s.kind()), s.keyring, s.phrase
	}
	return a.completeKey(c, given, typed)
}
