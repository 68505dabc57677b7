package deploy_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// TestReferenceIsValid: OpenAPI 3.0, with examples that fit their schemas.
func TestReferenceIsValid(t *testing.T) {
	doc := mustDocument(t)
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.0.") { // what Yandex API Gateway takes
		t.Errorf("it is OpenAPI %s, want 3.0", doc.OpenAPI)
	}
}

// TestParsersAgree: Terraform's yamldecode and another parser of YAML read the
// same. What has told parsers apart is not in the document to begin with.
func TestParsersAgree(t *testing.T) {
	source := mustRead(t, reference)
	got, want := mustMarshal(t, mustLoad(t, source)), mustMarshal(t, mustDocument(t))
	if got != want {
		t.Errorf("parsers read the document differently:\n%s\n%s", got, want)
	}
	for name, pattern := range map[string]string{
		"an anchor, an alias or a tag":               `(?m)^[^#'|]*[:-] [&*!]`,
		"a word that YAML 1.1 takes for a boolean":   `(?mi)^[^#'|]*[:,{\[-] *(y|n|yes|no|on|off) *[:,}\]]?$`,
		"a key that is a number":                     `(?m)^ *[0-9]+:`,
		"what a gateway or a template would replace": `[$%]\{`,
		"a tab": `\t`,
	} {
		if found := regexp.MustCompile(pattern).Find(source); found != nil {
			t.Errorf("the document has %s: %q", name, found)
		}
	}
}

func mustMarshal(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestOperations: those of package api, each at its path, with the function
// that serves it, and none open to everybody.
func TestOperations(t *testing.T) {
	var got, want []string
	for _, o := range operations(mustDocument(t)) {
		function, _ := o.Extensions["x-rekey-function"].(string)
		checkFunction(t, function, o.OperationID)
		checkJWTAlone(t, o)
		got = append(got, o.path+" "+o.OperationID)
	}
	for _, o := range api.Operations {
		want = append(want, rest.Prefix+"{keyId}:"+o.String()+" "+o.String())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("operations:\n got %v\nwant %v", got, want)
	}
}

// checkFunction looks for the call that answers the operation in the source
// of a function: the folder's name is not that of the operation.
func checkFunction(t *testing.T, function, operation string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("../../functions", filepath.Base(function), "handler.go"))
	if err != nil {
		t.Errorf("%s: x-rekey-function %q is not a function: %v", operation, function, err)
		return
	}
	if call := "event." + strings.ToUpper(operation[:1]) + operation[1:] +
		"("; !strings.Contains(string(source), call) {
		t.Errorf("%s: functions/%s does not call %s", operation, function, call)
	}
}

// checkJWTAlone: one alternative, and that of the operation itself, so that no
// gateway takes the absence of one for an open door.
func checkJWTAlone(t *testing.T, o operation) {
	t.Helper()
	if o.Security == nil || len(*o.Security) != 1 || len((*o.Security)[0]) != 1 || (*o.Security)[0]["jwt"] == nil {
		t.Errorf("%s: security is %v, want only jwt", o.OperationID, o.Security)
	}
}

// TestExtensionsAtRootAndOperation: Terraform leaves out x-rekey- where it
// looks for it, and HCL cannot look everywhere.
func TestExtensionsAtRootAndOperation(t *testing.T) {
	doc := mustMap(t, mustJSON(t))
	drop(doc)
	for _, item := range doc["paths"].(map[string]any) {
		drop(item.(map[string]any)["post"].(map[string]any))
	}
	if left := regexp.MustCompile(`"x-rekey-[^"]*"`).FindString(mustMarshal(t, doc)); left != "" {
		t.Errorf("%s is elsewhere", left)
	}
}

// drop leaves out what is rekey's own.
func drop(object map[string]any) {
	for name := range object {
		if strings.HasPrefix(name, "x-rekey-") {
			delete(object, name)
		}
	}
}

func mustMap(t testing.TB, data []byte) (object map[string]any) {
	t.Helper()
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return object
}
