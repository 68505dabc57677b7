package strictjson_test

import (
	"strings"
	"testing"

	"rekey/shared/strictjson"
)

type document struct {
	ID   string `json:"id"`
	Part struct {
		Size int    `json:"size"`
		Data []byte `json:"data"`
	} `json:"part"`
}

func TestUnmarshal(t *testing.T) {
	var d document
	if err := strictjson.Unmarshal([]byte("\ufeff"+` {"id":"a","part":{"size":3,"data":"eA=="}} `), &d); err != nil {
		t.Fatal(err)
	}
	if d.ID != "a" || d.Part.Size != 3 || string(d.Part.Data) != "x" {
		t.Errorf("got %+v", d)
	}
}

// TestUnmarshalRefused: the error names the place and repeats no value.
func TestUnmarshalRefused(t *testing.T) {
	for doc, want := range map[string]string{
		`{"id":"SECRET","id":"SECRET"}`: "reading JSON: it has a duplicate member",
		`{"id":"SECRET","other":1}`:     "reading JSON: unknown member at /other: the fields are id and part",
		`{"ID":"SECRET"}`: "reading JSON: unknown member at /ID: did you mean id? The fields are id " +
			"and part",
		`{"part":{"Size":1}}`:          "reading JSON: unknown member at /part/Size",
		`{"part":{"size":"SECRET"}}`:   "reading JSON: wrong type or value at /part/size",
		`{"part":{"size":1.5}}`:        "reading JSON: wrong type or value at /part/size",
		`{"part":{"size":1e99}}`:       "reading JSON: wrong type or value at /part/size",
		`{"part":{"data":"=SECRET="}}`: "reading JSON: wrong type or value at /part/data",
		`{"id":7}`:                     "reading JSON: wrong type or value at /id",
		`["SECRET"]`:                   "reading JSON: it is an array, want a JSON object",
		`{"id":"SECRET"} "SECRET"`:     "reading JSON: it has something after the JSON object (after byte 16)",
		`{"id":"SECRET"`:               "reading JSON: it is cut short: the JSON ends too early",
		``:                             "reading JSON: it is empty",
		"{\"id\":\"SECRET\xff\"}":      "reading JSON: it has text that is not UTF-8: ",
		`{"id":"SECRET",}`:             "reading JSON: it has a comma before its }",
		"{\"id\":\"SECRET\nx\"}":       "reading JSON: it has a line break within a string",
		"\xff\xfe{\x00\"\x00":          "reading JSON: it is UTF-16 text",
	} {
		var d document
		err := strictjson.Unmarshal([]byte(doc), &d)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", doc, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: the error repeats the value: %v", doc, err)
		}
	}
}

func TestMarshalIndent(t *testing.T) {
	m := map[string]any{"b": []int{1}, "a": map[string]any{}, "c": "<é>"}
	want := "{\n  \"a\": {},\n  \"b\": [\n    1\n  ],\n  \"c\": \"<é>\"\n}\n"
	for range 20 {
		got, err := strictjson.MarshalIndent(m)
		if err != nil || string(got) != want {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
	}
	if _, err := strictjson.MarshalIndent(func() {}); err == nil {
		t.Error("a function is written as JSON")
	}
}
