package deploy_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// trial is one example of the document: a request, and the answer to it.
type trial struct {
	operation
	name   string
	method string
	key    string // in the path
	body   string
	status int
	// encoding is what the request says of its body; empty: nothing.
	encoding string
	answer   map[string]any
	server   string // which answers; empty: that of the example keyring
	// told is whether the request stands among those of the request body,
	// which fit its schema.
	told bool
}

// trials collects the examples of an operation. Each has one request and one
// answer, or it would be a claim that nobody has tried.
func trials(t *testing.T, o operation) []*trial {
	t.Helper()
	var all []*trial
	answered := map[string]bool{}
	for status, response := range o.Responses.Map() {
		for name, example := range body(response.Value.Content).Examples {
			if answered[name] {
				t.Errorf("%s: two answers have the name %s", o.OperationID, name)
			}
			answered[name] = true
			if x := newTrial(t, o, name, status, example.Value); x != nil {
				all = append(all, x)
			}
		}
	}
	for name := range requests(o) {
		if !answered[name] {
			t.Errorf("%s: the request %s has no answer", o.OperationID, name)
		}
	}
	return all
}

// newTrial finds the request of an answer: in the request body, in
// x-rekey-requests or in circumstances.
func newTrial(t *testing.T, o operation, name, status string, example *openapi3.Example) *trial {
	t.Helper()
	code, err := strconv.Atoi(status)
	answer, ok := example.Value.(map[string]any)
	if err != nil || !ok {
		t.Errorf("%s, %s: want a status and an object", o.OperationID, name)
		return nil
	}
	x := &trial{operation: o, name: name, method: http.MethodPost, key: exampleKey, status: code, answer: answer}
	request, found := requests(o)[name]
	change, known := circumstances[name]
	if found == known {
		t.Errorf("%s: the answer %s has no request, or two", o.OperationID, name)
		return nil
	}
	if found {
		request.to(t, x)
		return x
	}
	x.body = mustMarshal(t, plainRequest(o))
	change(t, x)
	return x
}

// exampleKey is the example of the parameter keyId: TestExampleKey.
const exampleKey = "example-payments"

// request is that of an example, as the document has it.
type request struct {
	key  string // empty: exampleKey
	body any    // text is sent as it stands
	told bool
}

func (r request) to(t *testing.T, x *trial) {
	t.Helper()
	x.told = r.told
	if r.key != "" {
		x.key = r.key
	}
	text, ok := r.body.(string)
	if !ok {
		text = mustMarshal(t, r.body)
	}
	x.body = text
}

// requests are those of an operation, by the names of their examples.
func requests(o operation) map[string]request {
	all := map[string]request{}
	for name, example := range body(o.RequestBody.Value.Content).Examples {
		all[name] = request{body: example.Value.Value, told: true}
	}
	refused, _ := o.Extensions["x-rekey-requests"].(map[string]any)
	for name, r := range refused {
		fields, _ := r.(map[string]any)
		key, _ := fields["key"].(string)
		all[name] = request{key: key, body: fields["body"]}
	}
	return all
}

// plainRequest is a request that the server grants, if nothing else forbids:
// of those in the document the first by name.
func plainRequest(o operation) any {
	granted := body(o.Responses.Status(http.StatusOK).Value.Content).Examples
	asked := body(o.RequestBody.Value.Content).Examples
	for _, name := range slices.Sorted(maps.Keys(granted)) {
		if asked[name] != nil {
			return asked[name].Value.Value
		}
	}
	return nil
}

// url is where the request goes.
func (x *trial) url(base string) string { return base + strings.Replace(x.path, "{keyId}", x.key, 1) }

// requestID is the one that the answer has in its details, or one like it.
func (x *trial) requestID() string {
	details, _ := x.answer["details"].([]any)
	if len(details) > 0 {
		if info, ok := details[0].(map[string]any); ok {
			id, _ := info["requestId"].(string)
			return id
		}
	}
	return "6f1c2a90-3b7e-4d55-8a41-0c9e5f7d2b18"
}

// TestExampleKey: the key of the path, where an example names none.
func TestExampleKey(t *testing.T) {
	if got := mustDocument(t).Components.Parameters["keyId"].Value.Example; got != exampleKey {
		t.Errorf("the example of keyId is %v, want %s", got, exampleKey)
	}
	if got := mustDocument(t).Extensions["x-rekey-keyring"]; got != "../tests/deploy/"+seedFile {
		t.Errorf("x-rekey-keyring is %v, want ../tests/deploy/%s", got, seedFile)
	}
}
