package plain

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "orders": "orders", "заказы, №1": "заказы, №1", `a"b`: `a"b`, "日本": "日本", "e\u0301": "e\u0301",
		"😀": "😀", `C:\keys`: `C:\keys`,
		"a\x1b[2Jb": `"a\x1b[2Jb"`, "a\nb": `"a\nb"`, "a\tb": `"a\tb"`, "a\rb": `"a\rb"`, "a\x07": `"a\a"`,
		"a\x7f": `"a\x7f"`, "a\u009b2J": `"a\u009b2J"`,
		"a\u202eb": `"a\u202eb"`, "a\u2066b": `"a\u2066b"`, "a\u200bb": `"a\u200bb"`, "a\ufeffb": `"a\ufeffb"`,
		"a\u00adb": `"a\u00adb"`,
		"a\u00a0b": `"a\u00a0b"`, "a\u3000b": `"a\u3000b"`, "a\u2028b": `"a\u2028b"`, "a\u2800b": `"a\u2800b"`,
		"a\u3164b": `"a\u3164b"`, "a\ufe0fb": `"a\ufe0fb"`,
		"a\U000e0001b": `"a\U000e0001b"`, "a\xffb": `"a\xffb"`,
		" a": `" a"`, "a ": `"a "`, "a  ACTIVE": `"a  ACTIVE"`, `"a"`: `"\"a\""`,
	} {
		if got := Text(s); got != want {
			t.Errorf("%q is printed as %s, want %s", s, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for s, want := range map[string]string{
		"one": "one", "one\ntwo\n": "one\n  two", "a\x1b[2Jb\rc": `a\x1b[2Jb\rc`, "say \"it\"\u202e": `say "it"\u202e`,
		"a\xff": `a\xff`, `\n stays`: `\n stays`, "tab\there": `tab\there`,
	} {
		if got := Lines(s); got != want {
			t.Errorf("%q is printed as %s, want %s", s, got, want)
		}
	}
}

// TestJSON: the value stays, and nothing is left that does not print.
func TestJSON(t *testing.T) {
	for _, s := range []string{"", "orders", "заказы", "a\u202e\u009b\u2028\u3164", "a\U000e0001b\U0001d173",
		"😀\n\x1b"} {
		document, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		safe, back := JSON(document), ""
		if err := json.Unmarshal(safe, &back); err != nil || back != s || strings.ContainsFunc(string(safe), hidden) {
			t.Errorf("%q: %s, which is %q, %v", s, safe, back, err)
		}
	}
}
