package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/json"
)

// cloud computes ids.
func cloud(kind, name, key string, _ cty.Value) map[string]cty.Value {
	v := cty.StringVal(fmt.Sprintf("%s-%s%s", strings.TrimPrefix(kind, "box_"), name, key))
	return map[string]cty.Value{"id": v, "url": v}
}

var keys = map[string]any{"b": map[string]any{"algorithm": "AES_128"},
	"a": map[string]any{"algorithm": "AES_256", "note": "mine"}}

func mustJSON(t *testing.T, v cty.Value) string {
	t.Helper()
	b, err := json.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEvaluate: references in any order and across files, for_each, count,
// dynamic blocks, defaults of attributes, functions, what the cloud computes.
func TestEvaluate(t *testing.T) {
	p, err := Evaluate("testdata/small", map[string]any{"keys": keys}, cloud)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range p.Resources {
		all = append(all, r.Address())
	}
	if got, want := strings.Join(all, " "), `box_function.f["decrypt"] box_function.f["encrypt"] box_gateway.g["0"] `+
		`box_secret.key["a"] box_secret.key["b"] data.box_account.me`; got != want {
		t.Errorf("resources are %s, want %s", got, want)
	}
	for got, want := range map[string]string{
		mustJSON(t, p.Find("box_secret", "key",
			"a").Config): `{"algorithm":"AES_256","generated":[{"entry":"AES_256.generated","length":64}],"labels":{"account":"account-me","note":"mine"},"name":"a"}`,
		mustJSON(t, p.Find("box_function", "f",
			"encrypt").
			Config): `{"environment":{"KEYS":"secret-keya,secret-keyb"},"mount":[{"at":"/m1"},{"at":"/m2"}],"name":"encrypt"}`,
		p.Find("box_gateway", "g",
			"0").Config.GetAttr("spec").
			AsString(): `{"paths":{"/k/secret-keya:encrypt":{"post":{"summary":"seals"},"to":"function-fencrypt"},"/k/secret-keyb:encrypt":{"post":{"summary":"seals"},"to":"function-fencrypt"}}}`,
		p.Outputs["gateway"].Value.AsString(): "gateway-g0",
		p.Find("box_secret", "key",
			"b").Config.GetAttr("labels").GetAttr("note").AsString(): "none",
		fmt.Sprint(p.Find("box_secret", "key", "b").IgnoreChanges,
			p.Find("box_secret", "key", "b").PreventDestroy): "[name generated] true",
		fmt.Sprint(p.Variables["keys"].Required,
			p.Variables["gateway"].Required) + p.Variables["keys"].Description: "true falseThe keys.",
	} {
		if got != want {
			t.Errorf(" got %s\nwant %s", got, want)
		}
	}
	p, err = Evaluate("testdata/small", map[string]any{"keys": keys, "gateway": false}, cloud)
	if err != nil {
		t.Fatal(err)
	}
	if p.Find("box_gateway", "g", "0") != nil || !p.Outputs["gateway"].Value.IsNull() ||
		p.Find("box_function", "f", "encrypt").Config.Type().HasAttribute("mount") &&
			p.Find("box_function", "f", "encrypt").Config.GetAttr("mount").LengthInt() > 0 {
		t.Error("without a gateway there is one")
	}
}

// TestRefused: what is wrong, and what is not known here, is said.
func TestRefused(t *testing.T) {
	good := map[string]any{"keys": keys}
	for name, row := range map[string]struct {
		more      string // a further file
		variables map[string]any
		want      string
	}{
		"validation": {"", map[string]any{"keys": map[string]any{"a": map[string]any{"algorithm": "DES"}}},
			"An algorithm begins with AES_."},
		"precondition": {"",
			map[string]any{"keys": map[string]any{
				"a name of a key that is long": map[string]any{"algorithm": "AES_128"}}},
			"The name a name of a key that is long is too long."},
		"required":         {"", nil, `variable "keys": is required: The keys.`},
		"type":             {"", map[string]any{"keys": "x"}, `variable "keys"`},
		"unknown variable": {"", map[string]any{"keys": keys, "x": 1}, `there is no variable "x"`},
		"circle":           {"locals {\n  a = local.b\n  b = local.a\n}\n", good, "refers to itself"},
		"unknown local":    {"output \"x\" {\n  value = local.nothing\n}\n", good, "there is no local.nothing"},
		"unknown resource": {"output \"x\" {\n  value = box_none.x.id\n}\n", good, "there is no resource box_none.x"},
		"not computed":     {"output \"x\" {\n  value = box_gateway.g[0].nothing\n}\n", good, "nothing"},
		"unknown function": {"output \"x\" {\n  value = timestamp()\n}\n", good, "timestamp"},
		"module":           {"module \"x\" {\n  source = \"./x\"\n}\n", good, `a block "module"`},
		"twice":            {"variable \"keys\" {}\n", good, "keys stands twice"},
		"syntax":           {"locals {", good, "more.tf"},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("testdata/small")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "more.tf"), []byte(row.more), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Evaluate(dir, row.variables, cloud); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %q", name, err, row.want)
		}
	}
	if _, err := Evaluate(t.TempDir(), nil, nil); err == nil || !strings.Contains(err.Error(), "has no .tf files") {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestFunctions: those that Terraform wrote itself, by its documentation.
func TestFunctions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]string{
		`replace("a.b.c", ".", "-")`:              `"a-b-c"`,
		`replace("abc", "/[ac]/", "x")`:           `"xbx"`,
		`[length("né"), length([1]), length({})]`: `[2,1,0]`,
		`[one([]), one(["x"])]`:                   `[null,"x"]`,
		`[alltrue([]), alltrue([true, false]), anytrue([]), anytrue([false, true])]`: `[true,false,false,true]`,
		`filesha256("f")`:                    `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`,
		`filebase64sha256("f")`:              `"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="`,
		`[fileexists("f"), fileexists("g")]`: `[true,false]`,
		`file("f")`:                          `"abc"`,
		`base64encode("abc")`:                `"YWJj"`,
		`endswith("abc", "bc")`:              `true`,
		`strcontains("abc", "x")`:            `false`,
		`try(tonumber("x"), 7)`:              `7`,
		`sensitive("x")`:                     `"x"`,
		`basename("a/b")`:                    `"b"`,
		`tolist(toset(["b","a"]))`:           `["a","b"]`,
	} {
		text := "output \"x\" {\n  value = " + expression + "\n}\n"
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Evaluate(dir, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if got := mustJSON(t, p.Outputs["x"].Value); got != want {
			t.Errorf("%s is %s, want %s", expression, got, want)
		}
	}
}
