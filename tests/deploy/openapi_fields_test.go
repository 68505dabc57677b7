package deploy_test

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"rekey/shared/api"
)

// messages are the values of package api that requests and answers become.
var messages = map[string]struct{ request, response any }{
	api.Encrypt.String():         {api.EncryptRequest{}, api.EncryptResponse{}},
	api.Decrypt.String():         {api.DecryptRequest{}, api.DecryptResponse{}},
	api.ReEncrypt.String():       {api.ReEncryptRequest{}, api.ReEncryptResponse{}},
	api.GenerateDataKey.String(): {api.GenerateDataKeyRequest{}, api.GenerateDataKeyResponse{}},
}

// passedOver are the fields that the server takes beside those, and looks at
// no further.
var passedOver = map[string][]string{api.Decrypt.String(): {"sourceKeyId", "sourceVersionId"}}

// fields are the names that the fields of a message have on the wire, sorted.
func fields(message any) []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(message)) {
		name := strings.NewReplacer("ID", "Id", "AAD", "Aad").Replace(f.Name)
		names = append(names, strings.ToLower(name[:1])+name[1:])
	}
	slices.Sort(names)
	return names
}

func properties(s *openapi3.Schema) []string { return slices.Sorted(maps.Keys(s.Properties)) }

// TestFieldNames: the schemas have the fields of package api.
func TestFieldNames(t *testing.T) {
	for _, o := range operations(mustDocument(t)) {
		m := messages[o.OperationID]
		if got, want := properties(o.request()), slices.Sorted(slices.Values(append(fields(m.request),
			passedOver[o.OperationID]...))); !slices.Equal(got, want) {
			t.Errorf("%s, request: got %v, want %v", o.OperationID, got, want)
		}
		if got, want := properties(o.answer(http.StatusOK)), fields(m.response); !slices.Equal(got, want) {
			t.Errorf("%s, answer: got %v, want %v", o.OperationID, got, want)
		}
		if has := o.request().AdditionalProperties.Has; has == nil || *has {
			t.Errorf("%s: the schema of the request allows unknown fields, and the server does not", o.OperationID)
		}
	}
}

// TestFieldsRequired: the server asks for the required properties and no
// other, and takes null and, where the schema has text, "" for absent ones.
func TestFieldsRequired(t *testing.T) {
	base := mustServe(t, serving(mustKeys(t)))
	for _, o := range operations(mustDocument(t)) {
		for name, property := range o.request().Properties {
			required := slices.Contains(o.request().Required, name)
			for _, value := range []any{absent, nil, ""} {
				sent, message := sendWith(t, base, o, name, value)
				if got := strings.HasPrefix(message, name+": is required"); got != required {
					t.Errorf("%s: %s as %#v: %q, and the schema says required: %v", o.OperationID, name, value, message,
						required)
				}
				if value == "" && !property.Value.Type.Is("string") {
					continue // which the schema need not tell
				}
				if fits := o.request().VisitJSON(sent) == nil; fits == required {
					t.Errorf("%s: %s as %#v fits the schema: %v", o.OperationID, name, value, fits)
				}
			}
		}
	}
}

// absent stands for a field that is left out.
var absent = struct{}{}

// sendWith sends a request that would be granted, with another value of a
// field, and returns what it sent and the message of the answer, if that is an
// error.
func sendWith(t *testing.T, base string, o operation, name string, value any) (sent map[string]any, message string) {
	t.Helper()
	sent = maps.Clone(plainRequest(o).(map[string]any))
	sent[name] = value
	if value == absent {
		delete(sent, name)
	}
	x := &trial{operation: o, method: http.MethodPost, key: exampleKey, body: mustMarshal(t, sent)}
	message, _ = mustMap(t, x.send(t, base).body)["message"].(string)
	return sent, message
}
