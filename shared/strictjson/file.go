package strictjson

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Unmarshal reads the one value in data into v, by v's json tags. Unknown
// members, members in another case and duplicates are errors. The error tells
// where and may quote names, never values. A byte order mark is allowed.
func Unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(trim(data), v, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("reading JSON: %w", scrub(data, err))
	}
	return nil
}

// MarshalIndent writes v as a readable document, always the same for the same
// v, with a line break at its end.
func MarshalIndent(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// scrub reduces the library's errors to the place they speak of: their texts
// may quote the value, and a value may be key material.
func scrub(data []byte, err error) error {
	var s *json.SemanticError
	if errors.As(err, &s) && s.JSONPointer == "" && trim(data)[0] != '{' {
		return fmt.Errorf("it is %s, want a JSON object", Value(trim(data)).Kind())
	}
	if errors.As(err, &s) && s.JSONPointer != "" {
		if errors.Is(err, json.ErrUnknownName) {
			return fmt.Errorf("unknown member at %s%s", s.JSONPointer, guess(s))
		}
		return fmt.Errorf("wrong type or value at %s", s.JSONPointer)
	}
	return fmt.Errorf("it %w", syntax(data, err))
}

// guess tells which members there are where an unknown one stands.
func guess(e *json.SemanticError) string {
	if e.GoType == nil || e.GoType.Kind() != reflect.Struct {
		return ""
	}
	var names []string
	for _, f := range reflect.VisibleFields(e.GoType) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	if names == nil {
		return ""
	}
	return ": " + Guess(Meant(e.JSONPointer.LastToken(), names), names)
}
