package strictjson_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"rekey/shared/strictjson"
)

func TestTwice(t *testing.T) {
	for doc, want := range map[string]bool{
		`{}`: false, `[]`: false, `""`: false, `1`: false, `{"a":1}`: false, `{"a":1,"b":1}`: false,
		`{"a":1,"A":1}`: false,
		`{"a":1,"a":1}`: true, `{"a":1,"b":1,"a":1}`: true, `{"b":1,"a":1,"a":1}`: true, `{"":1,"":1}`: true,
		`{"a":"a","b":"a"}`: false, `{"a":{"a":{"a":1}}}`: false, `{"a":{"a":1},"b":{"a":1}}`: false,
		`{"a":[{"a":1},{"a":1}]}`: false,
		`{"x":{"a":1,"a":2}}`:     true, `[[{"a":1,"b":[],"a":2}]]`: true, `{"a":{"b":1},"a":2}`: true,
		`{"a":[{"a":1,"b":1}],"b":1}`: false,
		`{"a":1,"\u0061":1}`:          true, `{"\u0061":1,"a":1}`: true, `{"\u0061":1,"\u0061":1}`: true,
		`{"\u0061":1,"\u0062":1}`: false,
		`{"a\"":1,"a\\":1}`:       false, `{"\"":1,"\u0022":1}`: true, `{"\\":1,"\\\\":1}`: false,
		`{"a\"b":1 , "a\u0022b" : 1}`: true,
		`{"é":1,"\u00e9":1}`:          true, `{"😀":1,"\ud83d\ude00":1}`: true, `{"a":":","b":":"}`: false,
		`{"a":"{","b":"}","a":1}`:   true,
		`{"a" : 1 , "a"` + " \n:1}": true,
	} {
		if got := strictjson.Twice([]byte(doc)); got != want {
			t.Errorf("%s: got %v", doc, got)
		}
	}
}

// TestTwiceRandom: it agrees with a reader that keeps the names in maps.
func TestTwiceRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	found := 0
	for range 3000 {
		doc := randomValue(r, 4)
		want := reference(json.NewDecoder(strings.NewReader(doc)))
		if got := strictjson.Twice([]byte(doc)); got != want {
			t.Fatalf("%s: got %v", doc, got)
		}
		if want {
			found++
		}
	}
	if found < 300 || found > 2700 {
		t.Errorf("%d of 3000 documents have something twice", found)
	}
}

// TestTwiceMany: names enough for the table to be full, and one more.
func TestTwiceMany(t *testing.T) {
	var names strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&names, `"%x":0,`, i)
	}
	for last, want := range map[string]bool{"z": false, "0": true, "1869f": true, `\u0030`: true} {
		if got := strictjson.Twice([]byte(`{"x":{` + names.String() + `"` + last + `":0}}`)); got != want {
			t.Errorf("%s: got %v", last, got)
		}
	}
}

func randomValue(r *rand.Rand, depth int) string {
	kind, n := r.Intn(4), r.Intn(4)
	if depth == 0 || kind == 0 {
		return []string{`"a"`, `1`, `"\"}:"`, `null`}[n]
	}
	var parts []string
	for range n {
		v := randomValue(r, depth-1)
		if kind != 1 {
			v = []string{`"a"`, `"\u0061"`, `"b"`, `"\\"`, `"\u005c"`, `"é"`,
				`"long enough for more than a word of it"`, `"c"`, `"d"`}[r.Intn(9)] + ": " + v
		}
		parts = append(parts, v)
	}
	if kind == 1 {
		return "[" + strings.Join(parts, " , ") + "]"
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// reference is Twice by encoding/json.
func reference(d *json.Decoder) bool {
	type scope struct {
		names map[string]bool // nil: an array
		value bool            // next is a value
	}
	var open []*scope
	for {
		token, err := d.Token()
		if err == io.EOF {
			return false
		}
		top := new(scope)
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		switch v := token.(type) {
		case json.Delim:
			switch v {
			case '{':
				open = append(open, &scope{names: map[string]bool{}})
			case '[':
				open = append(open, new(scope))
			default:
				open = open[:len(open)-1]
				continue
			}
			top.value = false
		case string:
			if name := top.names != nil && !top.value; name && top.names[v] {
				return true
			} else if name {
				top.names[v], top.value = true, true
				continue
			}
			top.value = false
		default:
			top.value = false
		}
	}
}
