package strictjson_test

import (
	"errors"
	"testing"

	"rekey/shared/strictjson"
)

func TestObject(t *testing.T) {
	for doc, want := range map[string][2]string{
		`{}`: {`{}`, ``}, " {\"a\":[{}]}\n": {`{"a":[{}]}`, "\n"}, `{"a":1,"a":2}{"b":1}`: {`{"a":1,"a":2}`, `{"b":1}`},
		"{} \xff": {`{}`, " \xff"},
	} {
		object, rest, err := strictjson.Object([]byte(doc))
		if string(object) != want[0] || string(rest) != want[1] || err != nil {
			t.Errorf("%s: got %s and %q, %v", doc, object, rest, err)
		}
	}
	for doc, cut := range map[string]bool{`{"a":{"b":1}`: true, `{`: true, `{"a`: true, ``: false, `[]`: false,
		`{"a":1,}`: false, `SECRET`: false} {
		if object, _, err := strictjson.Object([]byte(doc)); object != nil || err == nil ||
			errors.Is(err, strictjson.ErrCut) != cut {
			t.Errorf("%s: got %s, %v", doc, object, err)
		}
	}
}
