package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/zclconf/go-cty/cty"

	"rekey/deploy/build"
	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/gateway"
	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/local/platform"
	"rekey/deploy/terraform"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

const (
	region = "eu-central-1"
	// awsCaller is the IAM user who may call, and signing the keys that sign in
	// the user's name.
	awsCaller = "arn:aws:iam::123456789012:user/stage-caller"
)

var signing = aws.Credentials{AccessKeyID: "AKIAREKEYSTAGE000000", SecretAccessKey: "of a stage on this machine"}

// createKeys makes the keys as `rekey keys create` does, and gives the
// functions' service account the role on them: deploy/aws does neither.
func (s *stage) createKeys(ctx context.Context) error {
	a, err := s.admin()
	if err != nil {
		return err
	}
	defer a.Close()
	for _, c := range []keyadmin.Creation{{Name: "first", Algorithm: key.AES256},
		{Name: "second", Algorithm: key.AES128}} {
		k, err := a.Create(ctx, c)
		if err != nil {
			return err
		}
		s.keys = append(s.keys, stagedKey{c.Name, string(k.ID)})
		s.lockbox.Grant(account("functions"), lockboxtest.PayloadViewer, string(k.ID))
	}
	return nil
}

// startExtension puts the service account's key where the operator puts it.
func (s *stage) startExtension(context.Context) error {
	text, err := s.lockbox.AccountKey(account("functions"))
	if err != nil {
		return err
	}
	s.extension = extensiontest.Start()
	s.secretARN = s.extension.Put("stage-service-account-key", string(text))
	return nil
}

// evaluateAWS makes the archives for this machine's architecture and plans
// deploy/aws with them.
func (s *stage) evaluateAWS(ctx context.Context) error {
	s.progress("building the functions for AWS Lambda")
	for _, name := range s.names {
		archive, err := build.LambdaArchive(ctx, s.clone, runtime.GOARCH, name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.dir, "rekey-lambda-"+name+"-"+runtime.GOARCH+".zip"), archive,
			0o600); err != nil {
			return err
		}
	}
	architecture, suffix := "x86_64", ""
	if runtime.GOARCH == "arm64" {
		architecture, suffix = "arm64", "-Arm64"
	}
	var err error
	s.plan, err = terraform.Evaluate(filepath.Join(s.clone, "deploy", "aws"), map[string]any{
		"region": region, "archives": s.dir, "architecture": architecture, "functions": s.names,
		"key_ids": []string{s.keys[0].id, s.keys[1].id},
		"secrets_extension_layer": "arn:aws:lambda:" + region +
			":123456789012:layer:AWS-Parameters-and-Secrets-Lambda-Extension" + suffix + ":1",
		"invokers": []string{awsCaller}, "cache_ttl": "1s",
	}, s.computedAWS)
	return err
}

func (s *stage) computedAWS(kind, name, k string, _ cty.Value) map[string]cty.Value {
	id := cty.StringVal(name + "-" + k)
	all := map[string]cty.Value{"id": id, "arn": cty.StringVal("arn:aws:stage:::" + name + "-" + k),
		"version": cty.StringVal("1"), "function_url": id}
	if kind == "aws_secretsmanager_secret" {
		all["arn"] = cty.StringVal(s.secretARN)
	}
	return all
}

// startPrograms starts every function of the plan behind a URL of its own.
func (s *stage) startPrograms(ctx context.Context) error {
	for _, r := range s.plan.Of("aws_lambda_function") {
		f, err := s.program(r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Address(), err)
		}
		s.functions[r.Key] = f
		if u := s.plan.Find("aws_lambda_function_url", "operation", r.Key); u == nil ||
			u.Config.GetAttr("authorization_type").AsString() != "AWS_IAM" {
			return fmt.Errorf("%s: it has no URL that wants signatures", r.Address())
		}
		h := gateway.FunctionURL(f, gateway.URLOptions{Region: region, Status: statusOf,
			Log: slog.New(slog.NewTextHandler(s.log, nil)),
			Identities: map[string]*gateway.Identity{signing.AccessKeyID: {SecretAccessKey: signing.SecretAccessKey,
				AccountID: "123456789012", UserID: "AIDASTAGE", ARN: awsCaller}}})
		if s.functionURLs[r.Key], err = s.listen(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// program unpacks a function's archive and deploys it as the plan says.
func (s *stage) program(r terraform.Resource) (*platform.Function, error) {
	archive, err := os.ReadFile(r.Config.GetAttr("filename").AsString())
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(s.dir, r.Key)
	if err := build.Unpack(archive, dir); err != nil {
		return nil, err
	}
	seconds, err := number(r.Config.GetAttr("timeout"))
	if err != nil {
		return nil, err
	}
	c := platform.Config{Name: r.Config.GetAttr("function_name").AsString(),
		Timeout: time.Duration(seconds) * time.Second, Instances: 4 * instances, Freeze: true, Log: s.log}
	environment := r.Config.GetAttr("environment").AsValueSlice()[0].GetAttr("variables")
	for name, v := range environment.AsValueMap() {
		c.Env = append(c.Env, name+"="+v.AsString())
	}
	s.bounds = bounds(c.Env)
	at := "http://" + s.lockbox.Addr()
	c.Env = append(append(c.Env, s.extension.Env()...), "REKEY_LOCKBOX_ENDPOINT="+at, "REKEY_IAM_ENDPOINT="+at)
	return platform.Lambda(filepath.Join(dir, r.Config.GetAttr("handler").AsString()), c), nil
}

// listen serves on a free port of this machine, until Close.
func (s *stage) listen(ctx context.Context, h http.Handler) (url string, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.serveOn(l, h)
	return "http://" + l.Addr().String(), nil
}
