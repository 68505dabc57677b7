package deploy_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rekey/shared/api"
)

// refusal is a code and the HTTP status that it has.
type refusal struct {
	code   api.Code
	status int
}

func (r refusal) String() string { return fmt.Sprintf("%v (%d) as %d", r.code, r.code, r.status) }

// documented are the refusals of an operation, from its examples, which
// TestExamples holds against the server.
func documented(t *testing.T, o operation) map[refusal]bool {
	t.Helper()
	all := map[refusal]bool{}
	for status, response := range o.Responses.Map() {
		n, err := strconv.Atoi(status)
		if err != nil {
			t.Fatal(err)
		}
		for name, example := range body(response.Value.Content).Examples {
			if n != http.StatusOK {
				code, ok := example.Value.Value.(map[string]any)["code"].(float64)
				if !ok {
					t.Errorf("%s, %s: has no code", o.OperationID, name)
				}
				all[refusal{api.Code(code), n}] = true
			}
		}
	}
	return all
}

// TestErrorsAsInProse: every operation answers the errors in the list of
// docs/api.md and no other.
func TestErrorsAsInProse(t *testing.T) {
	want := prose(t)
	for _, o := range operations(mustDocument(t)) {
		got := documented(t, o)
		for r := range got {
			if !want[r] {
				t.Errorf("%s: docs/api.md does not have %v", o.OperationID, r)
			}
		}
		for r := range want {
			if !got[r] {
				t.Errorf("%s: does not have %v of docs/api.md", o.OperationID, r)
			}
		}
	}
}

// prose reads the list of errors in docs/api.md:
// - 14 UNAVAILABLE, 4 DEADLINE_EXCEEDED (503, 504): ...
func prose(t *testing.T) map[refusal]bool {
	t.Helper()
	row := regexp.MustCompile(`(?m)^- (\d+ [A-Z_]+(?:, \d+ [A-Z_]+)*) \((\d{3}(?:, \d{3})*)\): `)
	all := map[refusal]bool{}
	for _, m := range row.FindAllStringSubmatch(string(mustRead(t, "../../docs/api.md")), -1) {
		codes, statuses := strings.Split(m[1], ", "), strings.Split(m[2], ", ")
		if len(codes) != len(statuses) {
			t.Fatalf("docs/api.md: %q has %d codes and %d statuses", m[0], len(codes), len(statuses))
		}
		for i := range codes {
			var r refusal
			var name string
			fmt.Sscan(codes[i]+" "+statuses[i], &r.code, &name, &r.status)
			if r.code.String() != name {
				t.Errorf("docs/api.md: code %d is %v, not %s", r.code, r.code, name)
			}
			all[r] = true
		}
	}
	return all
}

// TestCodes: the schema of a Status knows all codes.
func TestCodes(t *testing.T) {
	doc := mustDocument(t)
	codes := map[api.Code]bool{}
	for _, o := range operations(doc) {
		for r := range documented(t, o) {
			codes[r.code] = true
		}
	}
	var want []any
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		want = append(want, float64(c))
	}
	if got := doc.Components.Schemas["Status"].Value.Properties["code"].Value.Enum; !slices.Equal(got, want) {
		t.Errorf("Status.code: got %v, want %v", got, want)
	}
}

// TestErrorsAreNamed: the description of an answer names the codes that it
// has, and no other.
func TestErrorsAreNamed(t *testing.T) {
	name := regexp.MustCompile(`[A-Z_]{4,} \(\d+\)`)
	for id, response := range mustDocument(t).Components.Responses {
		named, had := map[string]bool{}, map[string]bool{}
		for _, n := range name.FindAllString(*response.Value.Description, -1) {
			named[n] = true
		}
		for _, example := range body(response.Value.Content).Examples {
			if code, ok := example.Value.Value.(map[string]any)["code"].(float64); ok {
				had[fmt.Sprintf("%v (%d)", api.Code(code), api.Code(code))] = true
			}
		}
		if !maps.Equal(named, had) {
			t.Errorf("%s: the description names %v, the examples have %v", id, named, had)
		}
	}
}

// TestProseNamesReference: who reads the prose learns of the document.
func TestProseNamesReference(t *testing.T) {
	text := string(mustRead(t, "../../docs/api.md"))
	for _, want := range []string{"deploy/openapi.yaml", "tests/deploy/" + seedFile} {
		if !strings.Contains(text, want) {
			t.Errorf("docs/api.md does not name %s", want)
		}
	}
}
