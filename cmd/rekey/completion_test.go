package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a shell does with nothing more to offer (cobra's ShellCompDirective).
const (
	offersFiles = "files"
	offersWords = "words"
)

// completeLine asks as the shells' scripts do: the last word is what is typed.
func completeLine(t *testing.T, words ...string) (offers []string, directive string) {
	t.Helper()
	var out, errw bytes.Buffer
	if status := run(context.Background(), append([]string{"__complete"}, words...), strings.NewReader(""), &out,
		&errw); status != 0 {
		t.Fatalf("%q: status %d: %s", words, status, &errw)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := lines[len(lines)-1]
	switch last {
	case ":0":
		directive = offersFiles
	case ":4":
		directive = offersWords
	default:
		t.Fatalf("%q: %s", words, last)
	}
	if rest := regexp.MustCompile("(?m)^Completion ended with directive: .*\n").ReplaceAllString(errw.String(),
		""); rest != "" {
		t.Errorf("%q: it is not quiet: %s", words, rest)
	}
	for _, line := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(line, "\t")
		offers = append(offers, word)
	}
	return offers, directive
}

func command(t *testing.T, words ...string) {
	t.Helper()
	var out bytes.Buffer
	if status := run(context.Background(), words, strings.NewReader(strings.Repeat("ab", 16)+strings.Repeat("c", 32)),
		&out, &out); status != 0 {
		t.Fatalf("%q: %s", words, &out)
	}
}

func TestCompletion(t *testing.T) {
	ownHome(t)
	command(t, "keys", "import", "--id", "k1", "--name", "orders", "--version-id", "v1", "--algorithm", "AES_256",
		"--format", "hex")
	command(t, "keys", "create", "--id", "k2", "--name", "two words")
	other := filepath.Join(t.TempDir(), "other.json")
	command(t, "keys", "create", "--id", "elsewhere", "--create", "--keyring", other)
	for _, c := range []struct{ line, want, directive string }{
		{"", "serve keys keyring encrypt decrypt reencrypt datakey inspect ping version completion help", offersWords},
		{"keys sch", "schedule-destruction", offersWords},
		{"keys get ", "k1 orders k2", offersWords},
		{"keys get o", "orders", offersWords},
		{"keys get k1 ", "", offersWords},
		{"keys get --keyring " + other + " ", "elsewhere", offersWords},
		{"keys set-primary ", "k1 orders k2", offersWords},
		{"keys set-primary orders ", "v1", offersWords},
		{"keys set-primary nobody ", "", offersWords},
		{"keys set-primary k1 x", "", offersWords},
		{"keys list ", "", offersWords},
		{"encrypt --key ", "k1 orders k2", offersWords},
		{"encrypt --key=or", "orders", offersWords},
		{"encrypt --key orders --version ", "v1", offersWords},
		{"encrypt --version ", "", offersWords},
		{"encrypt ", "", offersWords},
		{"encrypt stray ", "", offersWords},
		{"encrypt --endpoint http://127.0.0.1:1 --key ", "", offersWords},
		{"encrypt --in ", "", offersFiles},
		{"encrypt --aad-file ", "", offersFiles},
		{"encrypt --aad ", "", offersWords},
		{"reencrypt --source-key ", "k1 orders k2", offersWords},
		{"datakey --spec AES_2", "AES_256 AES_256_HSM", offersWords},
		{"keys create --algorithm ", "AES_128 AES_192 AES_256 AES_256_HSM", offersWords},
		{"keys import --format ", "raw base64 hex", offersWords},
		{"keys list --keyring ", "", offersFiles},
		{"keys list --store ", "file lockbox", offersWords},
		{"keys rotate k1 --material l", "local", offersWords},
		{"keys list --folder-id ", "", offersWords},
		{"keys check k1 ", "k1 orders k2", offersWords},
		{"serve --seed ", "", offersFiles},
		{"serve --addr ", "", offersWords},
		{"inspect ", "", offersFiles},
		{"inspect file ", "", offersWords},
		{"keyring backup ", "", offersFiles},
		{"completion ", "bash zsh fish", offersWords},
		{"completion z", "zsh", offersWords},
		{"help enc", "encrypt", offersWords},
	} {
		offers, directive := completeLine(t, strings.Split(c.line, " ")...)
		if got := strings.Join(offers, " "); !sameWords(got, c.want) || directive != c.directive {
			t.Errorf("%q offers %q and %s, want %q and %s", c.line, got, directive, c.want, c.directive)
		}
	}
}

func sameWords(got, want string) bool {
	words := map[string]int{}
	for _, w := range strings.Fields(got) {
		words[w]++
	}
	for _, w := range strings.Fields(want) {
		words[w]--
	}
	for _, n := range words {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestCompletionIsQuiet: a keyring or an environment that is wrong offers
// nothing, and creates nothing.
func TestCompletionIsQuiet(t *testing.T) {
	home := ownHome(t)
	for _, line := range []string{"keys get ", "encrypt --key ", "encrypt --key k1 --version "} {
		if offers, directive := completeLine(t, strings.Split(line, " ")...); offers != nil ||
			directive != offersWords {
			t.Errorf("%q offers %q and %s without a keyring", line, offers, directive)
		}
	}
	if left, err := filepath.Glob(filepath.Join(home, "*")); err != nil || left != nil {
		t.Errorf("%v was left, %v", left, err)
	}
	t.Setenv("REKEY_BOGUS", "1")
	if offers, _ := completeLine(t, "keys", "get", ""); offers != nil {
		t.Errorf("offers %q in a wrong environment", offers)
	}
}
