package deploy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/terraform"
)

// TestLambdaFunctions: what Terraform deploys is what the code and the archives
// have.
func TestLambdaFunctions(t *testing.T) {
	for _, row := range []struct{ vars, arch, names string }{
		{"each", "arm64", "datakey decrypt encrypt reencrypt"}, {"all", "amd64", "all"}} {
		functions := amazon.must(t, row.vars).Functions
		if got := strings.Join(sortedKeys(functions), " "); got != row.names {
			t.Errorf("functions are %s, want %s", got, row.names)
		}
		for name, f := range functions {
			testLambdaFunction(t, name, f, row.arch)
		}
	}
}

func testLambdaFunction(t *testing.T, name string, f terraform.Function, arch string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join("../../functions", name, "main.go")); err != nil {
		t.Errorf("%s: there is no such program: %v", name, err)
	}
	if f.Name != "rekey-"+name || f.Timeout != 10 || filepath.Base(f.Archive) != "rekey-lambda-"+name+"-"+arch+".zip" {
		t.Errorf("%s is %+v", name, f)
	}
	c := mustConfigure(t, name, f)
	got := fmt.Sprint(c.Store, c.Auth, c.Keys, c.CacheTTL, c.OfflineGrace, c.SAKeySecret, c.LogRequests)
	if want := fmt.Sprint("lockbox", "platform", []string{"e6q00000000000000one", "e6q00000000000000two"},
		time.Minute, 5*time.Minute, secret, "all"); got != want {
		t.Errorf("%s: configured as %s, want %s", name, got, want)
	}
	if f.Environment["PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED"] != "false" {
		t.Errorf("%s: the layer keeps a key that was rotated", name)
	}
}

// TestLambdaResource: the function is what is derived, a new archive makes a new
// version, and it logs where it may.
func TestLambdaResource(t *testing.T) {
	wantText(t, "aws", "aws_lambda_function.operation",
		"for_each = module.derived.functions",
		"function_name = each.value.name",
		"filename = each.value.archive",
		"source_code_hash = filebase64sha256(each.value.archive)",
		"publish = true",
		`runtime = "provided.al2023"`,
		`handler = "bootstrap"`,
		"timeout = each.value.timeout",
		"environment.variables = each.value.environment",
		"role = aws_iam_role.function[each.key].arn",
		"logging_config.log_group = aws_cloudwatch_log_group.operation[each.key].name",
		"depends_on = [aws_iam_role_policy.logs, aws_iam_role_policy.secret, aws_iam_role_policy.secret_kms]")
	wantText(t, "aws", "aws_lambda_alias.live",
		"for_each = var.functions",
		`name = "live"`,
		"function_name = aws_lambda_function.operation[each.key].function_name",
		"function_version = aws_lambda_function.operation[each.key].version")
	wantText(t, "aws", "aws_lambda_provisioned_concurrency_config.operation",
		"for_each = var.provisioned_concurrency > 0 ? var.functions : toset([])",
		"qualifier = aws_lambda_alias.live[each.key].name")
	wantText(t, "aws", "aws_cloudwatch_log_group.operation",
		"for_each = var.functions",
		`name = "/aws/lambda/${var.name}-${each.key}"`)
}

// TestLambdaEnvironmentFits: the most keys that are taken leave room.
func TestLambdaEnvironmentFits(t *testing.T) {
	size := 0
	for name, value := range amazon.must(t, "140 keys").Functions["encrypt"].Environment {
		size += len(name) + len(value)
	}
	longest := "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:" + strings.Repeat("n", 40) +
		"-service-account-key-AbCdEf"
	if size += len(longest) - len(secret); size > 4<<10 {
		t.Errorf("140 keys and the longest ARN make an environment of %d bytes", size)
	}
}

// TestLambdaRoles: each function writes its own log and reads the one secret,
// and may do nothing else.
func TestLambdaRoles(t *testing.T) {
	for policy, forEach := range map[string]string{"logs": "var.functions", "secret": "var.functions",
		"secret_kms": "var.secret_kms_key_arn != null ? var.functions : toset([])"} {
		wantText(t, "aws", "aws_iam_role_policy."+policy,
			"for_each = "+forEach,
			"role = aws_iam_role.function[each.key].id",
			"policy = module.derived.policies[each.key]."+policy)
	}
	wantText(t, "aws", "aws_iam_role.function", `assume_role_policy = jsonencode({ Version = "2012-10-17" Statement `+
		`= [{ `+
		`Effect = "Allow" Action = "sts:AssumeRole" Principal = { Service = "lambda.amazonaws.com" } }] })`)
	wantResources(t, "aws", "aws_iam_",
		"aws_iam_role.function", "aws_iam_role_policy.logs", "aws_iam_role_policy.secret",
		"aws_iam_role_policy.secret_kms")
	wantResources(t, "aws", "aws_secretsmanager_", "aws_secretsmanager_secret.sa_key")
	for name, policies := range amazon.must(t, "kms").Policies {
		var got []string
		for _, policy := range []string{"logs", "secret", "secret_kms"} {
			got = append(got, allowed(t, policies[policy])...)
		}
		if want := []string{"logs:CreateLogStream arn:log-" + name + ":*", "logs:PutLogEvents arn:log-" + name + ":*",
			"secretsmanager:GetSecretValue " + secret, "kms:Decrypt " + kmsKey}; !slices.Equal(got, want) {
			t.Errorf("%s may %v, want %v", name, got, want)
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

// TestLambdaURLs: only signatures let callers in, by the URL, and only those who
// are named.
func TestLambdaURLs(t *testing.T) {
	wantText(t, "aws", "aws_lambda_function_url.operation",
		"for_each = var.functions",
		`authorization_type = "AWS_IAM"`,
		"function_name = aws_lambda_function.operation[each.key].function_name",
		"qualifier = aws_lambda_alias.live[each.key].name")
	for permission, how := range map[string][]string{
		"url":      {`action = "lambda:InvokeFunctionUrl"`, `function_url_auth_type = "AWS_IAM"`},
		"function": {`action = "lambda:InvokeFunction"`, "invoked_via_function_url = true"},
	} {
		wantText(t, "aws", "aws_lambda_permission."+permission, append(how,
			"for_each = module.derived.invocations",
			"principal = each.value.principal",
			"function_name = aws_lambda_function.operation[each.value.function].function_name",
			"qualifier = aws_lambda_alias.live[each.value.function].name")...)
	}
	wantResources(t, "aws", "permission", "aws_lambda_permission.function", "aws_lambda_permission.url")
	d := amazon.must(t, "each")
	for name := range d.Functions {
		if got := d.Invocations[name+" "+caller]; got.Function != name || got.Principal != caller {
			t.Errorf("%s is for %+v", name, got)
		}
		if got := d.URLs[name]; got != "https://"+name+".lambda-url.eu-west-1.on.aws" {
			t.Errorf("the URL of %s is said to be %s", name, got)
		}
	}
	if len(d.Invocations) != 4 || len(amazon.must(t, "nobody").Invocations) != 0 {
		t.Errorf("somebody may call, whom nobody has named: %v", d.Invocations)
	}
	if got := d.ExampleCommands; len(got) != 2 || !strings.HasSuffix(got[1],
		"https://encrypt.lambda-url.eu-west-1.on.aws/kms/v1/keys/e6q00000000000000one:encrypt") {
		t.Errorf("the examples are %q", got)
	}
}

// TestLambdaChoices: what would be public, unusable or not deployable is
// refused.
func TestLambdaChoices(t *testing.T) { testRejected(t, "aws", amazonRejected) }
