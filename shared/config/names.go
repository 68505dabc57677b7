package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/kelseyhightower/envconfig"
)

// Variable describes one variable of the environment.
type Variable struct{ Name, Default, Description string }

// Variables lists them in the order of Config.
func Variables() []Variable {
	var out []Variable
	for f := range new(Config).settings() {
		name := variableName(f.Name)
		out = append(out, Variable{name, f.Tag.Get("default"), meanings[name]})
	}
	return out
}

// variableName is the name that envconfig gives a field with split_words: a
// word begins with a capital behind a small letter, or before one.
func variableName(field string) string {
	var b strings.Builder
	b.WriteString(prefix)
	for i := range len(field) {
		begins := i == 0 || isUpper(field[i]) && (!isUpper(field[i-1]) || i+1 < len(field) && !isUpper(field[i+1]))
		if begins {
			b.WriteByte('_')
		}
		b.WriteByte(field[i])
	}
	return strings.ToUpper(b.String())
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// List is the variables as a Markdown list, with their defaults in parentheses.
func List() string {
	var b strings.Builder
	for _, v := range Variables() {
		name := "`" + v.Name + "`"
		if v.Default != "" {
			name += " (`" + v.Default + "`)"
		}
		fmt.Fprintf(&b, "- %s: %s\n", name, v.Description)
	}
	return b.String()
}

// checkNames refuses variables that begin with REKEY_ and mean nothing: a
// misspelt REKEY_KEYS would serve every key.
func checkNames() error {
	var errs []error
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		known := slices.ContainsFunc(Variables(), func(v Variable) bool { return v.Name == name })
		if strings.HasPrefix(name, prefix+"_") && !known {
			errs = append(errs, fmt.Errorf("%s is set and is not a variable of rekey: known are %s", printable(name),
				knownNames()))
		}
	}
	return errors.Join(errs...)
}

// printable is a name, in quotes if it is none.
func printable(name string) string {
	if isName.MatchString(name) {
		return name
	}
	return Short(name)
}

var isName = regexp.MustCompile(`^\w{1,60}$`)

func knownNames() string {
	var names []string
	for _, v := range Variables() {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

// checkEmpty refuses variables that are set to nothing, which envconfig takes
// for a value: an empty REKEY_KEYS would serve every key.
func checkEmpty() error {
	var errs []error
	for _, v := range Variables() {
		if isEmpty(v.Name) {
			errs = append(errs, fmt.Errorf("%s is set and is empty: unset it or give it a value", v.Name))
		}
	}
	return errors.Join(errs...)
}

func isEmpty(name string) bool {
	value, ok := os.LookupEnv(name)
	return ok && strings.TrimSpace(value) == ""
}

// plain says in one sentence which variable could not be read. The cause would
// repeat the value.
func plain(err error) error {
	var p *envconfig.ParseError
	if !errors.As(err, &p) {
		return err
	}
	want := "a duration such as 90s or 5m"
	switch p.TypeName {
	case "bool":
		want = "true or false"
	case "int":
		want = "a whole number"
	}
	return fmt.Errorf("%s is %s: want %s", p.KeyName, Short(p.Value), want)
}
