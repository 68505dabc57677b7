package deploy_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/gateway"
	"rekey/deploy/local/terraform"
	"rekey/shared/api"
	"rekey/shared/config"
	"rekey/shared/key"
)

// TestFunctions: what Terraform deploys is what the code has: entry points,
// environment, keys.
func TestFunctions(t *testing.T) {
	for name, want := range map[string]string{
		"literal": "datakey decrypt encrypt reencrypt", "parameter": "all",
		"iam": "datakey decrypt encrypt reencrypt"} {
		d := yandex.must(t, name)
		if got := strings.Join(sortedKeys(d.Functions), " "); got != want {
			t.Errorf("functions are %s, want %s", got, want)
		}
		for name, f := range d.Functions {
			testFunction(t, name, f)
		}
	}
}

func testFunction(t *testing.T, name string, f terraform.Function) {
	t.Helper()
	dir := "functions/" + name
	if f.Name != "rekey-"+name || f.Entrypoint != dir+"/handler.Handler" || f.Concurrency != 16 || f.Timeout != 10 {
		t.Errorf("%s is %+v", name, f)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", dir, "handler.go"), nil, 0)
	if err != nil || file.Name.Name != "main" || file.Scope.Lookup("Handler") == nil {
		t.Errorf("%s: %s has no Handler: %v", name, dir, err)
	}
	c := mustConfigure(t, name, f)
	got := fmt.Sprint(c.Store, c.Auth, sortedIDs(c.Keys), c.CacheTTL, c.OfflineGrace, c.LogRequests)
	if want := fmt.Sprint("lockbox", "platform", keyIDs, time.Minute, 5*time.Minute, "all"); got != want {
		t.Errorf("%s: configured as %s, want %s", name, got, want)
	}
}

// mustConfigure is what a function makes of its environment, which has 4 KB of
// room on both clouds.
func mustConfigure(t *testing.T, name string, f terraform.Function) *config.Config {
	t.Helper()
	size := 0
	for name, value := range f.Environment {
		size += len(name) + len(value)
		t.Setenv(name, value)
	}
	if size > 4<<10 {
		t.Errorf("%s: an environment of %d bytes, and 4 KB are allowed", name, size)
	}
	c, err := config.Load()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func sortedIDs(ids []key.ID) []key.ID { return slices.Sorted(slices.Values(ids)) }

// TestEnvironmentFits: the most keys that are taken leave room.
func TestEnvironmentFits(t *testing.T) {
	mustConfigure(t, "all", yandex.must(t, "180 keys").Functions["all"])
}

// TestFunctionResource: the function is what is derived, and runs as the
// account of accounts.tf.
func TestFunctionResource(t *testing.T) {
	wantText(t, "yandex", "yandex_function.operation",
		"for_each = module.derived.functions",
		"name = each.value.name",
		`runtime = "golang123"`,
		"entrypoint = each.value.entrypoint",
		"environment = each.value.environment",
		"concurrency = each.value.concurrency",
		"execution_timeout = tostring(each.value.timeout)",
		"service_account_id = yandex_iam_service_account.functions.id",
		"user_hash = filesha256(var.source_archive)",
		"content.zip_filename = var.source_archive",
		"log_options.log_group_id = yandex_logging_group.rekey.id")
}

// TestRoles: payloadViewer on each key, decrypter on each KMS key, invoker for
// one account, and nothing else.
func TestRoles(t *testing.T) {
	member := `member = "serviceAccount:${yandex_iam_service_account.functions.id}"`
	wantText(t, "yandex", "yandex_lockbox_secret_iam_member.functions",
		"for_each = module.derived.secrets",
		"secret_id = each.value",
		`role = "lockbox.payloadViewer"`,
		member)
	wantText(t, "yandex", "yandex_kms_symmetric_key_iam_member.functions",
		"for_each = module.derived.kms_key_ids",
		"symmetric_key_id = each.value",
		`role = "kms.keys.decrypter"`,
		member)
	wantText(t, "yandex", "yandex_function_iam_binding.invokers",
		"for_each = module.derived.functions",
		"function_id = yandex_function.operation[each.key].id",
		`role = "functions.functionInvoker"`,
		"members = module.derived.invokers")
	wantResources(t, "yandex", "_iam_",
		"yandex_function_iam_binding.invokers", "yandex_iam_service_account.functions",
		"yandex_iam_service_account.gateway", "yandex_kms_symmetric_key_iam_member.functions",
		"yandex_lockbox_secret_iam_member.functions")
	for name, invoker := range map[string]string{
		"literal": "serviceAccount:gateway-0", "iam": "serviceAccount:ajecaller"} {
		d := yandex.must(t, name)
		if got := []any{sortedValues(d.Secrets), d.KMSKeyIDs, d.Invokers}; !reflect.DeepEqual(got,
			[]any{keyIDs, []string{"abjkms"}, []string{invoker}}) {
			t.Errorf("%s: the roles are on and for %v", name, got)
		}
	}
}

// gatewayDocument is a gateway's document, which the gateway here takes as well.
func gatewayDocument(t *testing.T, name string) map[string]any {
	t.Helper()
	d := yandex.must(t, name)
	functions := map[string]gateway.Function{}
	for name := range d.Functions {
		functions["operation-"+name] = unused{}
	}
	if _, err := gateway.New([]byte(d.Gateway), gateway.Options{Functions: functions}); err != nil {
		t.Fatal(err)
	}
	return mustMap(t, []byte(d.Gateway))
}

// unused is a function that is not called.
type unused struct{ gateway.Function }

// functionOf names the function of each operation.
var functionOf = map[api.Operation]string{api.Encrypt: "encrypt", api.Decrypt: "decrypt", api.ReEncrypt: "reencrypt",
	api.GenerateDataKey: "datakey"}

// TestGateway: a literal path for each key and operation, with the function of
// the operation behind it, and nothing else.
func TestGateway(t *testing.T) {
	wantText(t, "yandex", "yandex_api_gateway.rekey",
		`count = var.access == "jwt" ? 1 : 0`,
		"spec = module.derived.gateway",
		"depends_on = [yandex_function_iam_binding.invokers]")
	doc, reference := gatewayDocument(t, "literal"), mustMap(t, mustJSON(t))["paths"].(map[string]any)
	paths := doc["paths"].(map[string]any)
	for _, id := range keyIDs {
		for _, o := range api.Operations {
			path := "/kms/v1/keys/" + id + ":" + o.String()
			item, ok := paths[path].(map[string]any)
			if !ok || len(item) != 1 {
				t.Errorf("%s: %v", path, item)
				continue
			}
			post := item["post"].(map[string]any)
			if fmt.Sprint(post["security"]) != "[map[jwt:[]]]" {
				t.Errorf("%s is open to %v", path, post["security"])
			}
			i := post["x-yc-apigateway-integration"].(map[string]any)
			if i["function_id"] != "operation-"+functionOf[o] || i["service_account_id"] != "gateway-0" ||
				i["tag"] != "$latest" || i["payload_format_version"] != "1.0" {
				t.Errorf("%s goes to %v", path, i)
			}
			testPost(t, path, post, reference["/kms/v1/keys/{keyId}:"+
				o.String()].(map[string]any)["post"].(map[string]any))
			delete(paths, path)
		}
	}
	for path := range paths {
		t.Errorf("there is a path %s", path)
	}
	for name := range doc {
		if strings.HasPrefix(name, "x-rekey") || name == "servers" {
			t.Errorf("the gateway is told of %s", name)
		}
	}
	doc = gatewayDocument(t, "parameter")
	paths, options := doc["paths"].(map[string]any), fmt.Sprint(doc["x-yc-apigateway"])
	if len(paths) != 1 || paths["/kms/v1/keys/{keyAndAction}"] == nil ||
		options != "map[smartWebSecurity:map[securityProfileId:fev]]" {
		t.Errorf("paths are %v, options %s", paths, options)
	}
	if got := yandex.must(t, "iam").Gateway; got != "" {
		t.Errorf("without a gateway there is a document: %s", got)
	}
}

// testPost: besides its integration and its id, an operation is as the reference
// has it.
func testPost(t *testing.T, path string, post, want map[string]any) {
	t.Helper()
	drop(want)
	want["x-yc-apigateway-integration"], want["operationId"] = post["x-yc-apigateway-integration"], post["operationId"]
	if !reflect.DeepEqual(post, want) {
		t.Errorf("%s: got %v, want %v", path, post, want)
	}
}

// TestTimes: the platform does not cut off what a function is about to answer.
// What is too short or too long is among the refused.
func TestTimes(t *testing.T) {
	for name, seconds := range map[string]int{"shortest": 6, "longest": 300} {
		if got := yandex.must(t, name).Functions["encrypt"].Timeout; got != seconds {
			t.Errorf("a timeout of %d s is %d", seconds, got)
		}
	}
}

// TestKeys: nothing that a plan can do touches a live key.
func TestKeys(t *testing.T) {
	wantText(t, "yandex", "yandex_lockbox_secret.key",
		"for_each = var.keys",
		"deletion_protection = true",
		"lifecycle.prevent_destroy = true",
		"lifecycle.ignore_changes = [name, description, labels, password_payload_specification]",
		`password_payload_specification.password_key = "${each.value.algorithm}.generated"`,
		"password_payload_specification.length = 64",
		"password_payload_specification.include_digits = true",
		"password_payload_specification.include_punctuation = false")
	wantResources(t, "yandex", "lockbox", // versions are made by rekey keys
		"yandex_lockbox_secret.key", "yandex_lockbox_secret_iam_member.functions")
	taken := string(mustRead(t, folders+"yandex/variables.tf"))
	for _, name := range regexp.MustCompile(`"AES_\w+"`).FindAllString(taken, -1) {
		if _, err := key.ParseAlgorithm(strings.Trim(name, `"`)); err != nil {
			t.Errorf("the variable keys takes %s: %v", name, err)
		}
	}
	commands := yandex.must(t, "literal").FirstVersions
	if len(commands) != 2 ||
		commands[0] != "rekey keys rotate keyarchive0000000000 --store lockbox --folder-id b1g00000000000folder" {
		t.Errorf("the first versions are made by %v", commands)
	}
}

// TestChoices: what would be public, unusable or half set is refused.
func TestChoices(t *testing.T) {
	testRejected(t, "yandex", yandexRejected)
	if _, err := yandex.get(t, "in both lists"); err == nil ||
		!strings.Contains(err.Error(),
			"are the same key: keypayments000000000, payments - take the id out of key_ids.") {
		t.Errorf("a key in both lists, whose role would go with either: %v", err)
	}
}

// TestOptions: what is off by default, and what people are told to run.
func TestOptions(t *testing.T) {
	wantText(t, "yandex", "yandex_function_scaling_policy.operation",
		"for_each = { for name, function in module.derived.functions : name => function if var.zone_limits != null }",
		"function_id = yandex_function.operation[each.key].id",
		"policy.zone_instances_limit = var.zone_limits.instances",
		"policy.zone_requests_limit = var.zone_limits.requests")
	d := yandex.must(t, "provisioned")
	if len(d.Provision) != 4 || !strings.HasSuffix(d.Provision[0],
		"--provisioned-instances-count 2 --zone-instances-limit 0 --zone-requests-limit 5") {
		t.Errorf("instances are kept ready by %v", d.Provision)
	}
	if d = yandex.must(t, "literal"); len(d.Provision) != 0 {
		t.Errorf("instances are kept ready by %v, and nobody asked for it", d.Provision)
	}
	if !strings.HasSuffix(d.Example,
		`"Authorization: Bearer $TOKEN" https://gateway.example/kms/v1/keys/keyarchive0000000000:encrypt`) {
		t.Errorf("the example is %s", d.Example)
	}
	if d = yandex.must(t, "iam"); !strings.HasSuffix(d.Example, "/operation-encrypt?keyId=keyarchive0000000000'") {
		t.Errorf("the example is %s", d.Example)
	}
}
