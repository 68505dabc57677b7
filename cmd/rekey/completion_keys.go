package main

import (
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// completeKey offers the ids and names of the keyring. Somebody is typing: it
// changes nothing, and where there is nothing to read it offers nothing and
// says nothing. The keys of --endpoint are not ours to list.
func (a *app) completeKey(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	ad, ok := a.quietAdmin(c)
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, err := ad.List(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, k := range all {
		words = append(words, string(k.ID)+"\t"+strings.TrimSpace(k.Name+" "+k.Status.String()))
		if isWord(k.Name) {
			words = append(words, k.Name+"\t"+string(k.ID)+" "+k.Status.String())
		}
	}
	return only(typed, words...), cobra.ShellCompDirectiveNoFileComp
}

// completeVersion offers the versions of a key that are not destroyed.
func (a *app) completeVersion(c *cobra.Command, idOrName, typed string) ([]string, cobra.ShellCompDirective) {
	ad, ok := a.quietAdmin(c)
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	k, err := keyadmin.Find(c.Context(), ad, idOrName)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, err := ad.Versions(c.Context(), k.ID)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, v := range all {
		note := v.Status.String()
		if v.Primary {
			note += ", primary"
		}
		if v.Status != key.VersionDestroyed {
			words = append(words, string(v.ID)+"\t"+note+", of "+stamp(v.CreatedAt))
		}
	}
	return only(typed, words...), cobra.ShellCompDirectiveNoFileComp
}

// quietAdmin opens the keyring of --keyring or the environment, unless it would
// have to ask for a passphrase.
func (a *app) quietAdmin(c *cobra.Command) (keyadmin.Admin, bool) {
	if f := c.Flag("endpoint"); f != nil && f.Changed {
		return nil, false
	}
	s, err := a.config()
	if err != nil {
		return nil, false
	}
	s.passphrase = boot.Passphrase(&s.Config)
	ad, err := openAdmin(s, false)
	return ad, err == nil
}

// isWord tells a name that needs no quotes in any shell.
func isWord(name string) bool {
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-", c) {
			return false
		}
	}
	return name != "" && name[0] != '-'
}
