package deploy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rekey/deploy/local/terraform"
)

// rehearsal is a copy of a folder of deploy in which each resource is
// terraform_data, which Terraform has built in: no provider checks its arguments,
// but references, for_each, order, plan, import and state are Terraform's own.
type rehearsal struct {
	dir     string
	address *strings.Replacer // from a resource to what stands for it
}

func mustRehearse(t *testing.T, folder string) rehearsal {
	t.Helper()
	skipWithoutTerraform(t)
	body := mustReadFolder(t, folder)
	var names []string
	for _, address := range body.Names("resource") {
		names = append(names, address, "terraform_data."+strings.Replace(address, ".", "-", 1))
	}
	r := rehearsal{filepath.Join(t.TempDir(), folder), strings.NewReplacer(names...)}
	var text string
	for _, b := range body {
		switch b.Type {
		case "resource":
			text += fmt.Sprintf("resource \"terraform_data\" \"%s-%s\" {\ninput = %s\n", b.Labels[0], b.Labels[1],
				object(b))
			for _, name := range meta {
				if value := b.Arguments[name]; value != "" {
					text += name + " = " + value + "\n"
				}
			}
			text += fmt.Sprintf("lifecycle {\ncreate_before_destroy = %t\nprevent_destroy = %t\n}\n}\n",
				b.Text("lifecycle.create_before_destroy") == "true", b.Text("lifecycle.prevent_destroy") == "true")
		case "locals":
			text += "locals " + object(b) + "\n"
		case "output":
			text += "output \"" + b.Labels[0] + "\" " + object(b) + "\n"
		}
	}
	text = r.address.Replace(text)
	text = computed.ReplaceAllStringFunc(text, func(s string) string { // terraform_data has only an id
		if strings.HasPrefix(s, "var.") || strings.HasPrefix(s, "value.") {
			return s
		}
		return s[:strings.LastIndex(s, ".")] + ".id"
	})
	if err := terraform.Link(folders+folder, r.dir, "variables.tf", "derived.tf", "derived",
		"terraform.tfvars.example"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rehearsal.tf": text, "../openapi.yaml": "{paths: {}, components: {}}"} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.must(t, "init", "-backend=false", "-input=false")
	return r
}

// meta are arguments that each resource may have, and not a provider's.
var meta = []string{"for_each", "count", "depends_on"}

var computed = regexp.MustCompile(`\w+(\[[^\]]*\])?\.(arn|domain|function_name|function_url|name|version)\b`)

// object is a block's own arguments and blocks as an expression.
func object(b terraform.Block) string {
	text := "{\n"
	for name, value := range b.Arguments {
		if !slices.Contains(meta, name) {
			text += name + " = " + value + "\n"
		}
	}
	for _, inner := range b.Blocks {
		switch inner.Type {
		case "lifecycle":
		case "dynamic":
			text += fmt.Sprintf("%s = [for %[1]s in [for k, v in %s : { key = k, value = v }] : %s]\n",
				inner.Labels[0], inner.Arguments["for_each"], object(inner.Blocks[0]))
		default:
			text += inner.Type + " = " + object(inner) + "\n"
		}
	}
	return text + "}"
}

// run runs the program; addresses of resources are those of the folder.
func (r rehearsal) run(args ...string) (string, error) {
	for i, arg := range args {
		args[i] = r.address.Replace(arg)
	}
	out, err := terraform.Run(context.Background(), r.dir, append(args, "-no-color")...)
	return string(out), err
}

func (r rehearsal) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := r.run(args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

// set writes terraform.tfvars.
func (r rehearsal) set(t *testing.T, v vars) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "terraform.tfvars.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// plan counts what would be done: "create yandex_function.operation": 4.
func (r rehearsal) plan(t *testing.T, args ...string) map[string]int {
	t.Helper()
	changes := map[string]int{}
	for _, line := range strings.Split(r.must(t, append([]string{"plan", "-json", "-input=false"}, args...)...), "\n") {
		var m struct {
			Type   string
			Change struct {
				Action   string
				Resource struct {
					Name string `json:"resource_name"`
				}
			}
		}
		if json.Unmarshal([]byte(line), &m) == nil && m.Type == "planned_change" {
			changes[m.Change.Action+" "+strings.Replace(m.Change.Resource.Name, "-", ".", 1)]++
		}
	}
	return changes
}

func sum(changes map[string]int, action string) (n int) {
	for what, count := range changes {
		if strings.HasPrefix(what, action+" ") {
			n += count
		}
	}
	return n
}

// TestGuide: the numbers of deploy/README.md are those of its example, each
// output is explained, and so is what stops a first deployment.
func TestGuide(t *testing.T) {
	text := string(mustRead(t, folders+"README.md"))
	said := append(mustReadFolder(t, "yandex").Names("output"), "`iam.serviceAccounts.user`", "`unset AWS_CA_BUNDLE`",
		"network_mirror", "`token_endpoint`", "grant_type=client_credentials", "all functions get a new version")
	for _, name := range said {
		if !strings.Contains(text, name) {
			t.Errorf("README.md does not mention %s", name)
		}
	}
	r := mustRehearse(t, "yandex")
	changes := r.plan(t, "-var-file=terraform.tfvars.example", "-var=source_archive="+archive())
	added, keys := sum(changes, "create"), changes["create yandex_lockbox_secret.key"]
	for _, want := range []string{
		fmt.Sprintf("Plan: %d to add, 0 to change, 0 to destroy.", added),
		fmt.Sprintf("Plan: 0 to add, %d to change, 0 to destroy.", changes["create yandex_function.operation"]),
		fmt.Sprintf("Plan: 0 to add, 0 to change, %d to destroy.", added-keys),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

// TestPlanAWS: all of deploy/aws, with what is off by default.
func TestPlanAWS(t *testing.T) {
	r, dir := mustRehearse(t, "aws"), t.TempDir()
	for _, f := range []string{"encrypt", "decrypt", "reencrypt", "datakey"} {
		if err := os.WriteFile(filepath.Join(dir, "rekey-lambda-"+f+"-arm64.zip"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.set(t, awsVars(vars{"archives": dir, "provisioned_concurrency": 2, "reserved_concurrency": 5,
		"secret_kms_key_arn": kmsKey}))
	changes := r.plan(t)
	for _, address := range mustReadFolder(t, "aws").Names("resource") {
		if n := changes["create "+address]; n != 4 && address != "aws_secretsmanager_secret.sa_key" {
			t.Errorf("a plan creates %d of %s for 4 functions and one invoker", n, address)
		}
	}
}

// TestImport: after a lost state each resource can be taken back, the keys
// first, while nothing else is in the state.
func TestImport(t *testing.T) {
	r := mustRehearse(t, "yandex")
	r.set(t, jwtVars(vars{"zone_limits": vars{"instances": 3}}))
	for i, address := range []string{`yandex_lockbox_secret.key["payments"]`, `yandex_lockbox_secret.key["archive"]`,
		`yandex_function.operation["encrypt"]`} {
		r.must(t, "import", "-input=false", address, fmt.Sprintf("e6q%017d", i))
	}
}

// commands are those of a row of deploy/README.md for a key of this name and id,
// in quotation marks of a shell.
func commands(t *testing.T, row, name, id string) (all [][]string) {
	t.Helper()
	_, text, found := strings.Cut(string(mustRead(t, folders+"README.md")), "\n- "+row+": ")
	text, _, _ = strings.Cut(text, "\n- ")
	text = strings.Join(strings.Fields(text), " ")
	for _, c := range regexp.MustCompile("`terraform ([^`]*)`").FindAllStringSubmatch(text, -1) {
		line := strings.NewReplacer("orders", name, "e6q...", id).Replace(c[1])
		all = append(all, strings.Fields(strings.ReplaceAll(line, "'", "")))
	}
	if !found || len(all) == 0 {
		t.Fatalf("README.md has no commands for %q", row)
	}
	return all
}

// TestMoves: a further key means new versions of all functions. A key goes from
// key_ids to keys and back by the guide's commands, and no plan takes its role
// away in between. Then the guide's way to destroy all but keys does.
func TestMoves(t *testing.T) {
	const id = "e6q0000000000existin"
	r := mustRehearse(t, "yandex")
	keys := vars{"archive": vars{}}
	before := jwtVars(vars{"keys": keys, "key_ids": []string{id}})
	r.set(t, before)
	r.must(t, "apply", "-auto-approve", "-input=false")
	r.set(t, with(before, vars{"keys": with(keys, vars{"further": vars{}})}))
	if changes := r.plan(t); changes["update yandex_function.operation"] != 4 || sum(changes, "create") != 2 {
		t.Errorf("a further key is a plan of %v", changes)
	}
	for _, step := range []struct {
		row  string
		vars vars
	}{
		{"from `key_ids` to `keys`", with(before, vars{"keys": with(keys, vars{"moved": vars{}}),
			"key_ids": []string{}})},
		{"from `keys` to `key_ids`", before},
	} {
		r.set(t, step.vars)
		for _, c := range commands(t, step.row, "moved", id) {
			r.must(t, c...)
		}
		for what := range r.plan(t) {
			if strings.Contains(what, "yandex_lockbox_secret_iam_member") || !strings.HasPrefix(what, "update ") {
				t.Errorf("%s: a plan has %s", step.row, what)
			}
		}
	}
	if out, err := r.run("destroy", "-auto-approve"); err == nil {
		t.Errorf("keys can be destroyed:\n%s", out)
	}
	r.must(t, "state", "rm", "yandex_lockbox_secret.key")
	if out := r.must(t, "destroy", "-auto-approve"); !strings.Contains(out, "Destroy complete!") {
		t.Errorf("the guide's way to destroy ends with\n%s", out)
	}
}

// TestTerraformFiles: formatted, and nothing without a description.
func TestTerraformFiles(t *testing.T) {
	for _, folder := range []string{"yandex", "aws"} {
		for _, b := range mustReadFolder(t, folder) {
			if (b.Type == "variable" || b.Type == "output") && b.Text("description") == "" {
				t.Errorf("%s: %s %s has no description", folder, b.Type, b.Labels[0])
			}
		}
	}
	skipWithoutTerraform(t)
	deploy, err := filepath.Abs(folders)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := terraform.Run(context.Background(), t.TempDir(), "fmt", "-check", "-recursive", deploy); err != nil {
		t.Errorf("not formatted: %v: %s", err, out)
	}
}
