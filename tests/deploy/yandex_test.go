package deploy_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"rekey/deploy/local/gateway"
	"rekey/deploy/terraform"
	"rekey/shared/api"
	"rekey/shared/config"
	"rekey/shared/key"
)

type vars = map[string]any

// jwtVars are the variables of a deployment with a gateway; more may change
// them.
func jwtVars(more vars) vars {
	v := vars{"folder_id": "b1g00000000000folder", "access": "jwt",
		"jwt": vars{"issuer": "https://issuer.example", "audiences": []string{"rekey"},
			"jwks_uri": "https://issuer.example/keys"},
		"keys":    vars{"payments": vars{}, "archive": vars{"algorithm": "AES_128", "kms_key_id": "abjkms"}},
		"key_ids": []string{"e6q0000000000existin"}}
	for name, value := range more {
		v[name] = value
	}
	return v
}

func iamVars(more vars) vars {
	v := jwtVars(vars{"access": "iam", "jwt": nil, "invokers": []string{"serviceAccount:ajecaller"}})
	for name, value := range more {
		v[name] = value
	}
	return v
}

// cloud gives ids that tell what they are of, those of keys in Lockbox's form.
func cloud(kind, name, k string, _ cty.Value) map[string]cty.Value {
	text := strings.Trim(name+"-"+k, "-")
	if kind == "yandex_lockbox_secret" {
		text = (name + k + strings.Repeat("0", 20))[:20]
	}
	id := cty.StringVal(text)
	return map[string]cty.Value{"id": id, "domain": id, "version": id}
}

func evaluate(t *testing.T, v vars) (*terraform.Plan, error) {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "archive.zip")
	if err := os.WriteFile(archive, []byte("archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	v["source_archive"] = archive
	return terraform.Evaluate("../../deploy/yandex", v, cloud)
}

func mustEvaluate(t *testing.T, v vars) *terraform.Plan {
	t.Helper()
	p, err := evaluate(t, v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func argument(r *terraform.Resource, name string) string { return r.Config.GetAttr(name).AsString() }

func stringsOf(v cty.Value) (all []string) {
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		all = append(all, e.AsString())
	}
	slices.Sort(all)
	return all
}

// keyIDs are those of jwtVars and iamVars, as cloud gives them.
var keyIDs = []string{"e6q0000000000existin", "keyarchive0000000000", "keypayments000000000"}

// TestFunctions: what Terraform deploys is what the code has: entry points,
// environment, keys, roles.
func TestFunctions(t *testing.T) {
	for name, v := range map[string]vars{"encrypt datakey decrypt reencrypt": jwtVars(nil),
		"all": jwtVars(vars{"routes": "parameter"}), "decrypt encrypt datakey reencrypt": iamVars(nil)} {
		p := mustEvaluate(t, v)
		var names []string
		for _, r := range p.Of("yandex_function") {
			names = append(names, r.Key)
			testFunction(t, p, &r)
		}
		want := strings.Fields(name)
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("functions are %v, want %v", names, want)
		}
		testRoles(t, p)
	}
}

func testFunction(t *testing.T, p *terraform.Plan, r *terraform.Resource) {
	t.Helper()
	dir := "functions/" + r.Key
	if got := argument(r, "entrypoint"); got != dir+"/handler.Handler" {
		t.Errorf("%s: the entry point is %s", r.Address(), got)
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", dir, "handler.go"), nil, 0)
	if err != nil || f.Name.Name != "main" || f.Scope.Lookup("Handler") == nil {
		t.Errorf("%s: %s has no Handler: %v", r.Address(), dir, err)
	}
	if got := argument(r, "runtime"); got != "golang123" {
		t.Errorf("%s: the runtime is %s", r.Address(), got)
	}
	if got := argument(r, "service_account_id"); got != "functions" {
		t.Errorf("%s runs as %s", r.Address(), got)
	}
	if argument(r, "user_hash") == "" ||
		r.Config.GetAttr("log_options").AsValueSlice()[0].GetAttr("log_group_id").AsString() != "rekey" {
		t.Errorf("%s: a new archive is not deployed, or it logs elsewhere", r.Address())
	}
	testEnvironment(t, r)
}

// testEnvironment reads the environment as the function does.
func testEnvironment(t *testing.T, r *terraform.Resource) {
	t.Helper()
	c := mustConfigure(t, r, r.Config.GetAttr("environment"))
	if got := fmt.Sprint(c.Store, c.Auth, sortedIDs(c.Keys), c.CacheTTL, c.OfflineGrace,
		c.LogRequests); got != fmt.Sprint("lockbox", "platform", keyIDs, time.Minute, 5*time.Minute, "all") {
		t.Errorf("%s: configured as %s", r.Address(), got)
	}
}

// mustConfigure is what a function makes of its environment, which has 4 KB of
// room on both clouds.
func mustConfigure(t *testing.T, r *terraform.Resource, environment cty.Value) *config.Config {
	t.Helper()
	size := 0
	for name, v := range environment.AsValueMap() {
		size += len(name) + len(v.AsString())
		t.Setenv(name, v.AsString())
	}
	if size > 4<<10 {
		t.Errorf("%s: an environment of %d bytes, and 4 KB are allowed", r.Address(), size)
	}
	c, err := config.Load()
	if err != nil {
		t.Fatalf("%s: %v", r.Address(), err)
	}
	return c
}

func sortedIDs(ids []key.ID) []key.ID {
	return slices.Sorted(slices.Values(ids))
}

// testRoles: payloadViewer on each key, decrypter on each KMS key, invoker for
// one account, and nothing else.
func testRoles(t *testing.T, p *terraform.Plan) {
	t.Helper()
	var roles, secrets []string
	for _, kind := range []string{"yandex_lockbox_secret_iam_member", "yandex_kms_symmetric_key_iam_member"} {
		for _, r := range p.Of(kind) {
			roles = append(roles, argument(&r, "role")+" "+argument(&r, "member"))
			if kind == "yandex_lockbox_secret_iam_member" {
				secrets = append(secrets, argument(&r, "secret_id"))
			}
		}
	}
	slices.Sort(secrets)
	slices.Sort(roles)
	if !slices.Equal(secrets, keyIDs) {
		t.Errorf("the functions may read %v, want %v", secrets, keyIDs)
	}
	if got, want := slices.Compact(roles), []string{"kms.keys.decrypter serviceAccount:functions",
		"lockbox.payloadViewer serviceAccount:functions"}; !slices.Equal(got, want) {
		t.Errorf("roles are %v", got)
	}
	for _, r := range p.Resources {
		if (strings.HasSuffix(r.Kind, "_iam_member") || strings.HasSuffix(r.Kind, "_iam_binding")) &&
			!slices.Contains([]string{"yandex_lockbox_secret_iam_member", "yandex_kms_symmetric_key_iam_member",
				"yandex_function_iam_binding"}, r.Kind) {
			t.Errorf("%s is a role that nobody has asked for", r.Address())
		}
	}
	want := "serviceAccount:gateway-0"
	if len(p.Of("yandex_api_gateway")) == 0 {
		want = "serviceAccount:ajecaller"
	}
	for _, r := range p.Of("yandex_function_iam_binding") {
		if got := stringsOf(r.Config.GetAttr("members")); argument(&r, "role") != "functions.functionInvoker" ||
			!slices.Equal(got, []string{want}) {
			t.Errorf("%s: %s for %v", r.Address(), argument(&r, "role"), got)
		}
	}
	if n, m := len(p.Of("yandex_function_iam_binding")), len(p.Of("yandex_function")); n != m {
		t.Errorf("%d bindings for %d functions", n, m)
	}
}

// gatewayDocument is the document of a plan, and what it becomes when it is
// deployed here.
func gatewayDocument(t *testing.T, p *terraform.Plan) map[string]any {
	t.Helper()
	r := p.Find("yandex_api_gateway", "rekey", "0")
	if r == nil {
		t.Fatal("there is no gateway")
	}
	functions := map[string]gateway.Function{}
	for _, f := range p.Of("yandex_function") {
		functions["operation-"+f.Key] = unused{}
	}
	if _, err := gateway.New([]byte(argument(r, "spec")), gateway.Options{Functions: functions}); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(argument(r, "spec")), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// unused is a function that is not called.
type unused struct{ gateway.Function }

// functionOf names the function of each operation.
var functionOf = map[api.Operation]string{api.Encrypt: "encrypt", api.Decrypt: "decrypt", api.ReEncrypt: "reencrypt",
	api.GenerateDataKey: "datakey"}

// TestGateway: a literal path for each key and operation, with the function of
// the operation behind it, and nothing else.
func TestGateway(t *testing.T) {
	doc := gatewayDocument(t, mustEvaluate(t, jwtVars(nil)))
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
			if i["function_id"] != "operation-"+functionOf[o] || i["service_account_id"] != "gateway-0" {
				t.Errorf("%s goes to %v", path, i)
			}
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
	doc = gatewayDocument(t, mustEvaluate(t, jwtVars(vars{"routes": "parameter", "security_profile_id": "fev"})))
	paths, options := doc["paths"].(map[string]any), fmt.Sprint(doc["x-yc-apigateway"])
	if len(paths) != 1 || paths["/kms/v1/keys/{keyAndAction}"] == nil ||
		options != "map[smartWebSecurity:map[securityProfileId:fev]]" {
		t.Errorf("paths are %v, options %s", paths, options)
	}
}

// TestTimes: the platform does not cut off what a function is about to answer.
func TestTimes(t *testing.T) {
	const own, gateway = 5, 300 // seconds: shared/event answers by itself; a gateway gives up
	for seconds, good := range map[int]bool{own: false, own + 1: true, gateway: true, gateway + 1: false} {
		p, err := evaluate(t, jwtVars(vars{"timeout": seconds}))
		if (err == nil) != good {
			t.Errorf("a timeout of %d s: %v", seconds, err)
		}
		if err == nil && argument(p.Find("yandex_function", "operation", "encrypt"),
			"execution_timeout") != fmt.Sprint(seconds) {
			t.Errorf("a timeout of %d s is another", seconds)
		}
	}
}

// TestKeys: nothing that a plan can do touches a live key.
func TestKeys(t *testing.T) {
	p := mustEvaluate(t, jwtVars(nil))
	if n := len(p.Of("yandex_lockbox_secret")); n != 2 {
		t.Errorf("%d secrets, want 2", n)
	}
	for _, r := range p.Of("yandex_lockbox_secret") {
		if !r.PreventDestroy || r.Config.GetAttr("deletion_protection").False() ||
			!slices.Contains(r.IgnoreChanges, "password_payload_specification") {
			t.Errorf("%s can be destroyed or replaced", r.Address())
		}
		s := r.Config.GetAttr("password_payload_specification").AsValueSlice()[0]
		name, generated := strings.CutSuffix(s.GetAttr("password_key").AsString(), ".generated")
		if _, err := key.ParseAlgorithm(name); err != nil || !generated || s.GetAttr("include_punctuation").True() ||
			s.GetAttr("length").AsBigFloat().String() != "64" {
			t.Errorf("%s generates %v", r.Address(), s)
		}
	}
	for _, r := range p.Resources {
		if strings.HasPrefix(r.Kind, "yandex_lockbox_secret_version") {
			t.Errorf("%s: versions are made by rekey keys", r.Address())
		}
	}
	commands := stringsOf(p.Outputs["first_versions"].Value)
	if len(commands) != 2 || commands[0] != "rekey keys rotate keyarchive0000000000 --store lockbox --folder-id "+
		"b1g00000000000folder" {
		t.Errorf("the first versions are made by %v", commands)
	}
}

// TestChoices: what would be public, unusable or half set is refused before
// anything is made.
func TestChoices(t *testing.T) {
	many := vars{}
	for i := range 181 {
		many[fmt.Sprint("key", i)] = vars{}
	}
	for name, row := range map[string]struct {
		vars vars
		want string
	}{
		"access not chosen": {vars{"folder_id": "b1g00000000000folder", "key_ids": []string{"e6q00000000000000000"}},
			`variable "access": is required`},
		"public":    {jwtVars(vars{"access": "public"}), `access is "jwt"`},
		"no issuer": {jwtVars(vars{"jwt": nil}), "needs jwt ="},
		"no audience": {jwtVars(vars{"jwt": vars{"issuer": "https://x", "audiences": []string{},
			"jwks_uri": "https://x/k"}}), "must name who the tokens are for"},
		"an empty audience": {jwtVars(vars{"jwt": vars{"issuer": "https://x", "audiences": []string{"a", ""},
			"jwks_uri": "https://x/k"}}), "must name who the tokens are for"},
		"open issuer": {jwtVars(vars{"jwt": vars{"issuer": "http://x", "audiences": []string{"a"},
			"jwks_uri": "https://x/k"}}), "begin with https://"},
		"invokers past it": {jwtVars(vars{"invokers": []string{"serviceAccount:aje"}}), "can claim any name"},
		"no invokers":      {iamVars(vars{"invokers": []string{}}), "needs invokers"},
		"everybody": {iamVars(vars{"invokers": []string{"system:allUsers"}}),
			"Everybody (system:...) is refused"},
		"every account": {iamVars(vars{"invokers": []string{"system:allAuthenticatedUsers"}}),
			"Everybody (system:...) is refused"},
		"path without one":  {iamVars(vars{"routes": "parameter"}), "a direct invocation has none"},
		"no keys":           {jwtVars(vars{"keys": vars{}, "key_ids": []string{}}), "There is no key"},
		"too many keys":     {jwtVars(vars{"keys": many}), "More than 180 ids"},
		"algorithm":         {jwtVars(vars{"keys": vars{"a": vars{"algorithm": "DES"}}}), "algorithm is AES_128"},
		"id":                {jwtVars(vars{"key_ids": []string{"a/b"}}), "A key id is the id of a Lockbox secret"},
		"concurrency":       {jwtVars(vars{"concurrency": 17}), "from 1 to 16"},
		"routes":            {jwtVars(vars{"routes": "all"}), `routes is "literal"`},
		"log_requests":      {jwtVars(vars{"log_requests": "some"}), "log_requests is"},
		"misspelt variable": {jwtVars(vars{"acces": "jwt"}), `no variable "acces"`},
		"name":              {jwtVars(vars{"name": "Rekey_"}), "3 to 40 characters"},
	} {
		if _, err := evaluate(t, row.vars); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

// TestOptions: what is off by default.
func TestOptions(t *testing.T) {
	p := mustEvaluate(t, jwtVars(nil))
	if n := len(p.Of("yandex_function_scaling_policy")); n != 0 || p.Outputs["provision"].Value.LengthInt() != 0 {
		t.Errorf("%d scaling policies", n)
	}
	p = mustEvaluate(t, jwtVars(vars{"zone_limits": vars{"instances": 3}}))
	if n := len(p.Of("yandex_function_scaling_policy")); n != 4 {
		t.Errorf("%d scaling policies, want 4", n)
	}
	p = mustEvaluate(t, jwtVars(vars{"provisioned_instances": 2, "zone_limits": vars{"requests": 5}}))
	commands := stringsOf(p.Outputs["provision"].Value)
	if len(commands) != 4 || !strings.HasSuffix(commands[0], "--provisioned-instances-count 2 --zone-instances-limit "+
		"0 --zone-requests-limit 5") {
		t.Errorf("instances are kept ready by %v", commands)
	}
}

// TestGuide: the numbers of deploy/README.md are those of its example.
func TestGuide(t *testing.T) {
	text, err := os.ReadFile("../../deploy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	p := mustEvaluate(t, example(t))
	added := 0
	for _, r := range p.Resources {
		if !r.Data {
			added++
		}
	}
	kept := len(p.Of("yandex_lockbox_secret"))
	for _, want := range []string{
		fmt.Sprintf("Plan: %d to add, 0 to change, 0 to destroy.", added),
		fmt.Sprintf("Plan: 0 to add, %d to change, 0 to destroy.", len(p.Of("yandex_function"))),
		fmt.Sprintf("Plan: 0 to add, 0 to change, %d to destroy.", added-kept),
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
	for name := range p.Outputs {
		if !strings.Contains(string(text), name) {
			t.Errorf("README.md does not mention the output %s", name)
		}
	}
}

// example is yandex/terraform.tfvars.example.
func example(t *testing.T) vars {
	t.Helper()
	f, problems := hclparse.NewParser().ParseHCLFile("../../deploy/yandex/terraform.tfvars.example")
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	attributes, problems := f.Body.JustAttributes()
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	v := vars{}
	for name, a := range attributes {
		value, problems := a.Expr.Value(nil)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		v[name] = value
	}
	return v
}

// TestTerraformFiles: formatted, and nothing without a description.
func TestTerraformFiles(t *testing.T) {
	paths, err := filepath.Glob("../../deploy/*/*.tf*")
	if err != nil || len(paths) < 8 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(hclwrite.Format(text)) != string(text) {
			t.Errorf("%s is not formatted: terraform fmt deploy/...", path)
		}
	}
	for name, v := range mustEvaluate(t, jwtVars(nil)).Variables {
		if v.Description == "" {
			t.Errorf("the variable %s has no description", name)
		}
	}
	for name, o := range mustEvaluate(t, jwtVars(nil)).Outputs {
		if o.Description == "" {
			t.Errorf("the output %s has no description", name)
		}
	}
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("SKIPPED: terraform fmt -check: there is no terraform on this machine; what its formatter's library " +
			"says was compared")
	}
	c := exec.Command("terraform", "fmt", "-check", "-recursive", "../../deploy")
	c.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "HOME="+t.TempDir()) // it would keep something there
	if out, err := c.Output(); err != nil {
		t.Errorf("terraform fmt -check: %v: %s", err, out)
	}
}
