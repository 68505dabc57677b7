package deploy_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
)

// limits are in bytes, for every field that has some in base64.
var limits = map[string]int{
	"aadContext":        api.MaxAAD,
	"sourceAadContext":  api.MaxAAD,
	"plaintext":         api.MaxPlaintext,
	"ciphertext":        ciphertext.MaxSize,
	"dataKeyCiphertext": ciphertext.MaxSize,
	"dataKeyPlaintext":  key.AES256.KeySize(),
}

// TestLengths: maxLength is the limit of package api in padded base64, and the
// texts name both.
func TestLengths(t *testing.T) {
	doc := mustDocument(t)
	for _, o := range operations(doc) {
		for _, s := range []*openapi3.Schema{o.request(), o.answer(http.StatusOK)} {
			for name, property := range s.Properties {
				if limit, ok := limits[name]; ok || property.Value.Format == "byte" {
					checkLength(t, o.OperationID+", "+name, property.Value, limit)
				}
			}
		}
	}
	for _, n := range []int{api.MaxAAD, api.MaxPlaintext, ciphertext.MaxSize} {
		if encoded := base64.StdEncoding.EncodedLen(n); !names(doc.Info.Description, n, encoded) {
			t.Errorf("the document's description does not say that %d bytes are %d characters", n, encoded)
		}
	}
	if tooLarge := doc.Components.Responses["BodyTooLarge"].Value; !names(doc.Info.Description, api.MaxBody) ||
		!names(*tooLarge.Description, api.MaxBody) {
		t.Errorf("the limit of a body, %d bytes, is not where it should be told", api.MaxBody)
	}
	shortest := base64.StdEncoding.EncodedLen(key.AES128.KeySize())
	answer := doc.Components.Schemas["GenerateDataKeyResponse"].Value
	if got := answer.Properties["dataKeyPlaintext"].Value.MinLength; int(got) != shortest {
		t.Errorf("dataKeyPlaintext: minLength is %d, want %d", got, shortest)
	}
}

func checkLength(t *testing.T, name string, s *openapi3.Schema, limit int) {
	t.Helper()
	want := base64.StdEncoding.EncodedLen(limit)
	if s.Format != "byte" || s.MaxLength == nil || int(*s.MaxLength) != want {
		t.Errorf("%s: format %s, maxLength %v, want byte and %d, for %d bytes", name, s.Format, s.MaxLength, want,
			limit)
	}
	if !names(s.Description, limit) {
		t.Errorf("%s: the description %q does not name the limit of %d bytes", name, s.Description, limit)
	}
}

// names reports whether a text has all numbers.
func names(text string, numbers ...int) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	for _, n := range numbers {
		if !slices.Contains(words, strconv.Itoa(n)) {
			return false
		}
	}
	return true
}

// TestIDs: the patterns take what package key takes, and the optional ones
// nothing besides.
func TestIDs(t *testing.T) {
	schemas := mustDocument(t).Components.Schemas
	for _, id := range candidates() {
		valid := key.ID(id).Check() == nil
		if again := key.VersionID(id).Check() == nil; again != valid {
			t.Fatalf("%q is an id only of keys or only of versions, and the schemas have one pattern", id)
		}
		for name, want := range map[string]bool{"KeyId": valid, "VersionId": valid, "SameKeyId": valid || id == "",
			"SameVersionId": valid || id == "", "NewVersionId": valid || id == ""} {
			if got := schemas[name].Value.VisitJSON(id) == nil; got != want {
				t.Errorf("%s takes %q: %v, want %v", name, id, got, want)
			}
		}
	}
}

// candidates are ids and what is none: each character at each place, each
// length about the limit, dots.
func candidates() []string {
	all := []string{"", "e6q00000000000000001", "A.b_c-9", "..", "..a..", "...-", "a%2eb", "ａ", "日本"}
	for c := rune(0); c < 256; c++ {
		all = append(all, string(c), "a"+string(c), string(c)+"a", "a"+string(c)+"a", "."+string(c), string(c)+".")
	}
	for n := key.MaxIDLen - 1; n <= key.MaxIDLen+1; n++ {
		all = append(all, strings.Repeat("a", n), strings.Repeat(".", n), strings.Repeat(".", n-1)+"a", "a"+
			strings.Repeat(".", n-1))
	}
	return all
}

// TestRequestIDs: the header's schema is what rest lets through.
func TestRequestIDs(t *testing.T) {
	schema := mustDocument(t).Components.Headers["RequestId"].Value.Schema.Value
	for c := rune(0); c < 256; c++ {
		if id := string(c); (schema.VisitJSON(id) == nil) != api.SaneRequestID(id) {
			t.Errorf("%q is a request id: %v", id, api.SaneRequestID(id))
		}
	}
	for n := 120; n < 140; n++ {
		if id := strings.Repeat("a", n); (schema.VisitJSON(id) == nil) != api.SaneRequestID(id) {
			t.Errorf("%d characters are a request id: %v", n, api.SaneRequestID(id))
		}
	}
}

// TestDataKeySpecs: the names of package key, in the order of their numbers.
func TestDataKeySpecs(t *testing.T) {
	var want []any
	for a := key.AES128; a.Valid(); a++ {
		want = append(want, a.String())
	}
	spec := mustDocument(t).Components.Schemas["GenerateDataKeyRequest"].Value.Properties["dataKeySpec"].Value
	if fmt.Sprint(spec.Enum) != fmt.Sprint(want) {
		t.Errorf("dataKeySpec: got %v, want %v", spec.Enum, want)
	}
}
