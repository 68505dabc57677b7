package strictjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/strictjson"
)

// walk lists the members of a document as name=value.
func walk(doc string) (string, error) {
	var out []string
	err := strictjson.Members([]byte(doc), func(name []byte, v strictjson.Value) error {
		out = append(out, string(name)+"="+string(v))
		return nil
	})
	return strings.Join(out, " "), err
}

func TestMembers(t *testing.T) {
	long := strings.Repeat("n", 100)
	for doc, want := range map[string]string{
		`{}`:                                  "",
		" {\t} \r\n":                          "",
		`{"a":1}`:                             "a=1",
		`{"a":1,"a":2,"A":3}`:                 "a=1 a=2 A=3", // twice is given twice
		`{"a" : "x\ny" , "b":[1, 2]}`:         `a="x\ny" b=[1, 2]`,
		`{"a":{"b":{"b":1}},"c":null}`:        `a={"b":{"b":1}} c=null`,
		`{"a":{"b":1,"b":2}}`:                 `a={"b":1,"b":2}`,
		`{"\u0061\"":true,"":false}`:          `a"=true =false`,
		`{"` + long + `":1,"` + long + `":2}`: long + "=1 " + long + "=2",
		`{"\ud83d\ude00":-1.5e+3}`:            "\U0001F600=-1.5e+3",
	} {
		if got, err := walk(doc); got != want || err != nil {
			t.Errorf("%s:\n got %s, %v\nwant %s", doc, got, err, want)
		}
	}
}

// TestMembersRefused: the error tells where, and repeats nothing.
func TestMembersRefused(t *testing.T) {
	for doc, want := range map[string]string{
		``: "is empty, want a JSON object", " \n": "is empty, want a JSON object",
		"\ufeff": "is empty, want a JSON object",
		`null`:   "is null, want a JSON object", `[]`: "is an array, want a JSON object",
		`"SECRET"`: "is a string, want a JSON object",
		`7`:        "is a number, want a JSON object", `true`: "is a boolean, want a JSON object",
		`{"SECRET":"SECRET"`: "is cut short: the JSON ends too early, after byte 18",
		`{"SECRET":"SEC`:     "is cut short: the JSON ends too early, within a string after byte 14",
		`{`:                  "is cut short: the JSON ends too early, after byte 1",
		`[1`:                 "is cut short: the JSON ends too early, after byte 2",
		`{} SECRET`:          "has something after the JSON object (after byte 2)",
		`{}]`:                "has something after the JSON object (after byte 2)",
		`]`:                  "is not valid JSON: error after byte 0",
		`-`:                  "is cut short: the JSON ends too early, after byte 1",
	} {
		_, err := walk(doc)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", doc, err, want)
		}
	}
}

func TestMembersStops(t *testing.T) {
	enough := errors.New("enough")
	calls := 0
	err := strictjson.Members([]byte(`{"a":1,"b":2`), func([]byte, strictjson.Value) error { calls++; return enough })
	if err != enough || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after 1", err, calls, enough)
	}
}

// TestDeep: nesting ends in an error, not in an exhausted stack.
func TestDeep(t *testing.T) {
	for _, doc := range []string{strings.Repeat(`{"a":`, 1_000_000), `{"a":` + strings.Repeat("[", 1_000_000),
		strings.Repeat("[", 1_000_000)} {
		if _, err := walk(doc); err == nil {
			t.Errorf("%s... is taken", doc[:10])
		}
	}
}

func TestValue(t *testing.T) {
	for doc, want := range map[string]string{
		`"x"`: "a string", `{}`: "an object", `[]`: "an array", `true`: "a boolean", `false`: "a boolean",
		`null`: "null", `0`: "a number", `-1`: "a number",
	} {
		v := strictjson.Value(doc)
		kinds := map[string]bool{"null": v.IsNull(), "a string": v.IsString(), "an object": v.IsObject(),
			"an array": v.IsArray()}
		if v.Kind() != want {
			t.Errorf("%s is %s, want %s", doc, v.Kind(), want)
		}
		for kind, is := range kinds {
			if is != (kind == want) {
				t.Errorf("%s is %s: %v", doc, kind, is)
			}
		}
		if _, err := v.Text(); (err == nil) != (want == "a string") {
			t.Errorf("%s: Text answers %v", doc, err)
		}
	}
}

func TestText(t *testing.T) {
	for doc, want := range map[string]string{
		`""`: "", `"a"`: "a", `"a\"\\\/\b\f\n\r\t"`: "a\"\\/\b\f\n\r\t", `"\u00e9é"`: "éé", `"\u0000"`: "\x00",
		`"\ud83d\ude00"`: "\U0001F600",
	} {
		if got, err := strictjson.Value(doc).Text(); string(got) != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", doc, got, err, want)
		}
	}
}

func TestElements(t *testing.T) {
	var got []string
	err := strictjson.Elements(strictjson.Value(`[1, "a" ,null,[2,[3]],{"b":4} ]`), func(v strictjson.Value) error {
		got = append(got, string(v))
		return nil
	})
	if want := `[1 "a" null [2,[3]] {"b":4}]`; fmt.Sprint(got) != want || err != nil {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	if err := strictjson.Elements(strictjson.Value(`[]`), func(strictjson.Value) error {
		return errors.New("called")
	}); err != nil {
		t.Error(err)
	}
	enough := errors.New("enough")
	if err := strictjson.Elements(strictjson.Value(`[1,2]`),
		func(strictjson.Value) error { return enough }); err != enough {
		t.Errorf("got %v, want %v", err, enough)
	}
}

// TestAppendQuote: what is written is read back; invalid UTF-8 is replaced.
func TestAppendQuote(t *testing.T) {
	for _, s := range []string{"", "a", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "é\U0001F600\u2028</script>"} {
		var back string
		if err := json.Unmarshal(strictjson.AppendQuote(nil, s), &back); err != nil || back != s {
			t.Errorf("%q comes back as %q, %v", s, back, err)
		}
	}
	if got, want := string(strictjson.AppendQuote([]byte("x:"), []byte("a\xffb"))), "x:\"a\ufffdb\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
