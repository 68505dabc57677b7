package deploy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"rekey/deploy/terraform"
)

const (
	layerARM = "arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64:11"
	layerX86 = "arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11"
	caller   = "arn:aws:iam::123456789012:role/orders"
	kmsKey   = "arn:aws:kms:eu-west-1:123456789012:key/0d5c"
)

// awsVars are the variables of a deployment to AWS Lambda; more may change
// them.
func awsVars(more vars) vars {
	v := vars{"region": "eu-west-1", "secrets_extension_layer": layerARM,
		"key_ids": []string{"e6q00000000000000two", "e6q00000000000000one"}, "invokers": []string{caller}}
	for name, value := range more {
		v[name] = value
	}
	return v
}

// evaluateAWS plans with an archive for every function and architecture.
func evaluateAWS(t *testing.T, v vars) (*terraform.Plan, error) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range []string{"encrypt", "decrypt", "reencrypt", "datakey", "all"} {
		for _, arch := range []string{"arm64", "amd64"} {
			name := fmt.Sprintf("rekey-lambda-%s-%s.zip", f, arch)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	v["archives"] = dir
	return terraform.Evaluate("../../deploy/aws", v, amazon)
}

// amazon gives ARNs and the like that tell what they are of.
func amazon(kind, name, k string, _ cty.Value) map[string]cty.Value {
	id := strings.Trim(name+"-"+k, "-")
	return map[string]cty.Value{"id": cty.StringVal(id), "arn": cty.StringVal("arn:" + id),
		"version":      cty.StringVal("7"),
		"function_url": cty.StringVal("https://" + id + ".lambda-url.eu-west-1.on.aws/")}
}

func mustEvaluateAWS(t *testing.T, v vars) *terraform.Plan {
	t.Helper()
	p, err := evaluateAWS(t, v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLambdaFunctions: what Terraform deploys is what the code and the archives
// have.
func TestLambdaFunctions(t *testing.T) {
	for _, row := range []struct {
		vars        vars
		arch, names string
	}{
		{awsVars(nil), "arm64", "datakey decrypt encrypt reencrypt"},
		{awsVars(vars{"functions": []string{"all"}, "architecture": "x86_64", "secrets_extension_layer": layerX86}),
			"amd64", "all"},
	} {
		p := mustEvaluateAWS(t, row.vars)
		var names []string
		for _, r := range p.Of("aws_lambda_function") {
			names = append(names, r.Key)
			testLambdaFunction(t, p, &r, row.arch)
		}
		if got := strings.Join(names, " "); got != row.names {
			t.Errorf("functions are %s, want %s", got, row.names)
		}
	}
}

func testLambdaFunction(t *testing.T, p *terraform.Plan, r *terraform.Resource, arch string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join("../..", "functions", r.Key, "main.go")); errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s: there is no such program", r.Address())
	}
	if got := filepath.Base(argument(r, "filename")); got != "rekey-lambda-"+r.Key+"-"+arch+".zip" {
		t.Errorf("%s: the archive is %s", r.Address(), got)
	}
	if got := argument(r, "runtime") + " " + argument(r, "handler") + " " +
		argument(r, "role"); got != "provided.al2023 bootstrap arn:function-"+r.Key {
		t.Errorf("%s runs as %s", r.Address(), got)
	}
	if argument(r, "source_code_hash") == "" || r.Config.GetAttr("publish").False() {
		t.Errorf("%s: a new archive makes no new version", r.Address())
	}
	if log := r.Config.GetAttr("logging_config").AsValueSlice()[0].GetAttr("log_group").AsString(); log != argument(
		p.Find("aws_cloudwatch_log_group", "operation", r.Key), "name") {
		t.Errorf("%s logs to %s", r.Address(), log)
	}
	testLambdaEnvironment(t, r)
}

// testLambdaEnvironment reads the environment as the function does.
func testLambdaEnvironment(t *testing.T, r *terraform.Resource) {
	t.Helper()
	c := mustConfigure(t, r, r.Config.GetAttr("environment").AsValueSlice()[0].GetAttr("variables"))
	got := fmt.Sprint(c.Store, c.Auth, c.Keys, c.CacheTTL, c.OfflineGrace, c.SAKeySecret, c.LogRequests)
	if want := fmt.Sprint("lockbox", "platform", []string{"e6q00000000000000one", "e6q00000000000000two"}, time.Minute,
		5*time.Minute, "arn:sa_key", "all"); got != want {
		t.Errorf("%s: configured as %s, want %s", r.Address(), got, want)
	}
	if os.Getenv("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED") != "false" {
		t.Errorf("%s: the layer keeps a key that was rotated", r.Address())
	}
}

// TestLambdaEnvironmentFits: the most keys that are taken leave room.
func TestLambdaEnvironmentFits(t *testing.T) {
	var ids []string
	for i := range 140 {
		ids = append(ids, fmt.Sprintf("e6q%017d", i))
	}
	p := mustEvaluateAWS(t, awsVars(vars{"key_ids": ids}))
	size := 0
	for name, v := range p.Find("aws_lambda_function", "operation",
		"encrypt").Config.GetAttr("environment").AsValueSlice()[0].GetAttr("variables").AsValueMap() {
		size += len(name) + len(v.AsString())
	}
	arn := "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:" + strings.Repeat("n", 40) +
		"-service-account-key-AbCdEf"
	if size+len(arn) > 4<<10 {
		t.Errorf("140 keys make an environment of %d bytes, and the secret's ARN has up to %d", size, len(arn))
	}
}

// TestLambdaRoles: each function writes its own log and reads the one secret,
// and may do nothing else.
func TestLambdaRoles(t *testing.T) {
	for _, kms := range []bool{false, true} {
		v, want := awsVars(nil), []string{
			"logs:CreateLogStream arn:operation-%s:*", "logs:PutLogEvents arn:operation-%s:*",
			"secretsmanager:GetSecretValue arn:sa_key"}
		if kms {
			v["secret_kms_key_arn"] = kmsKey
			want = append([]string{"kms:Decrypt " + kmsKey}, want...)
		}
		p, got := mustEvaluateAWS(t, v), map[string][]string{}
		for _, r := range p.Of("aws_iam_role_policy") {
			role := strings.TrimPrefix(argument(&r, "role"), "function-")
			got[role] = append(got[role], allowed(t, argument(&r, "policy"))...)
		}
		for _, f := range p.Of("aws_lambda_function") {
			slices.Sort(got[f.Key])
			if mine := strings.ReplaceAll(strings.Join(want, ", "), "%s", f.Key); strings.Join(got[f.Key],
				", ") != mine {
				t.Errorf("%s may %v, want %s", f.Key, got[f.Key], mine)
			}
		}
		if len(got) != len(p.Of("aws_lambda_function")) {
			t.Errorf("policies are of %v", got)
		}
		for _, kind := range []string{"aws_iam_role_policy_attachment", "aws_iam_policy",
			"aws_secretsmanager_secret_version"} {
			if len(p.Of(kind)) > 0 {
				t.Errorf("there is a %s", kind)
			}
		}
	}
}

// allowed are the actions and resources of a policy that allows and nothing
// else.
func allowed(t *testing.T, policy string) (all []string) {
	t.Helper()
	var p struct {
		Statement []struct {
			Effect, Resource string
			Action           any
		}
	}
	if err := json.Unmarshal([]byte(policy), &p); err != nil {
		t.Fatalf("%v: %s", err, policy)
	}
	for _, s := range p.Statement {
		if s.Effect != "Allow" {
			t.Errorf("a statement is %s", s.Effect)
		}
		actions, many := s.Action.([]any)
		if !many {
			actions = []any{s.Action}
		}
		for _, a := range actions {
			all = append(all, fmt.Sprint(a, " ", s.Resource))
		}
	}
	return all
}

// TestLambdaURLs: signatures alone let callers in, by the URL, and only those
// who are named.
func TestLambdaURLs(t *testing.T) {
	p := mustEvaluateAWS(t, awsVars(nil))
	for _, f := range p.Of("aws_lambda_function") {
		url, alias := p.Find("aws_lambda_function_url", "operation", f.Key), p.Find("aws_lambda_alias", "live", f.Key)
		if got := argument(url, "authorization_type") + " " + argument(url, "qualifier") + " " +
			argument(url, "function_name"); got != "AWS_IAM "+argument(alias, "name")+" rekey-"+f.Key {
			t.Errorf("the URL of %s is of %s", f.Key, got)
		}
		if argument(alias, "function_version") != "7" {
			t.Errorf("%s: callers do not get what is deployed", f.Key)
		}
		key := f.Key + " " + caller
		byURL, call := p.Find("aws_lambda_permission", "url", key), p.Find("aws_lambda_permission", "function", key)
		for _, r := range []*terraform.Resource{byURL, call} {
			if argument(r, "principal") != caller || argument(r, "qualifier") != "live" ||
				argument(r, "function_name") != "rekey-"+f.Key {
				t.Errorf("%s is for %s", r.Address(), argument(r, "principal"))
			}
		}
		if argument(byURL, "action") != "lambda:InvokeFunctionUrl" ||
			argument(byURL, "function_url_auth_type") != "AWS_IAM" ||
			argument(call, "action") != "lambda:InvokeFunction" ||
			call.Config.GetAttr("invoked_via_function_url").False() {
			t.Errorf("%s: invokers may %s and %s", f.Key, argument(byURL, "action"), argument(call, "action"))
		}
		if got := p.Outputs["urls"].Value.GetAttr(f.Key).AsString(); got != "https://operation-"+f.Key+
			".lambda-url.eu-west-1.on.aws" {
			t.Errorf("the URL of %s is said to be %s", f.Key, got)
		}
	}
	if n := len(p.Of("aws_lambda_permission")); n != 8 {
		t.Errorf("%d permissions, want 8", n)
	}
	if p := mustEvaluateAWS(t, awsVars(vars{"invokers": []string{}})); len(p.Of("aws_lambda_permission")) != 0 {
		t.Error("somebody may call, whom nobody has named")
	}
}

// TestLambdaOptions: what is off by default.
func TestLambdaOptions(t *testing.T) {
	if p := mustEvaluateAWS(t, awsVars(nil)); len(p.Of("aws_lambda_provisioned_concurrency_config")) != 0 {
		t.Error("instances are kept ready")
	}
	p := mustEvaluateAWS(t, awsVars(vars{"provisioned_concurrency": 2, "reserved_concurrency": 5}))
	if n := len(p.Of("aws_lambda_provisioned_concurrency_config")); n != 4 {
		t.Errorf("instances of %d functions are kept ready, want 4", n)
	}
	commands := stringsOf(p.Outputs["example_commands"].Value)
	if len(commands) != 2 || !strings.HasSuffix(commands[1],
		"https://operation-encrypt.lambda-url.eu-west-1.on.aws/kms/v1/keys/e6q00000000000000one:encrypt") {
		t.Errorf("the examples are %q", commands)
	}
}

// TestLambdaChoices: what would be public, unusable or not deployable is
// refused before anything is made.
func TestLambdaChoices(t *testing.T) {
	for name, row := range map[string]struct {
		vars vars
		want string
	}{
		"no region": {vars{"key_ids": []string{"e6q"}}, `variable "region": is required`},
		"region":    {awsVars(vars{"region": "Ireland"}), "the name of a region"},
		"no keys":   {awsVars(vars{"key_ids": []string{}}), "one id or more"},
		"id":        {awsVars(vars{"key_ids": []string{"a/b"}}), "one id or more"},
		"everybody": {awsVars(vars{"invokers": []string{"*"}}), "nobody is let in by a *"},
		"all of an account": {awsVars(vars{"invokers": []string{"arn:aws:iam::123456789012:role/*"}}),
			"nobody is let in by a *"},
		"a service of AWS": {awsVars(vars{"invokers": []string{"s3.amazonaws.com"}}), "nobody is let in by a *"},
		"another layer": {
			awsVars(vars{"secrets_extension_layer": "arn:aws:lambda:eu-west-1:015030872274:layer:other:1"}),
			"the ARN of a version"},
		"another architecture": {awsVars(vars{"architecture": "x86_64"}), "the ARN of a version"},
		"another region":       {awsVars(vars{"region": "eu-central-1"}), "the ARN of a version"},
		"function":             {awsVars(vars{"functions": []string{"sign"}}), "one or more of"},
		"no function":          {awsVars(vars{"functions": []string{}}), "one or more of"},
		"timeout":              {awsVars(vars{"timeout": 5}), "7 to 60 seconds"},
		"provisioned": {awsVars(vars{"provisioned_concurrency": 3, "reserved_concurrency": 2}),
			"no more than reserved_concurrency"},
		"retention": {awsVars(vars{"log_retention_days": 31}), "one of the periods"},
		"an alias of a key": {awsVars(vars{"secret_kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:alias/a"}),
			"not of an alias"},
		"log_requests": {awsVars(vars{"log_requests": "some"}), "all, failed or none"},
	} {
		if _, err := evaluateAWS(t, row.vars); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

// TestLambdaDescriptions: nothing without one.
func TestLambdaDescriptions(t *testing.T) {
	p := mustEvaluateAWS(t, awsVars(nil))
	for name, v := range p.Variables {
		if v.Description == "" {
			t.Errorf("the variable %s has no description", name)
		}
	}
	for name, o := range p.Outputs {
		if o.Description == "" {
			t.Errorf("the output %s has no description", name)
		}
	}
}
