package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"rekey/deploy/build"
	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/gateway"
	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/local/platform"
	"rekey/deploy/local/terraform"
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
	return s.evaluate(ctx, "aws", terraform.Case{
		Variables: map[string]any{
			"region": region, "archives": s.dir, "architecture": architecture, "functions": s.names,
			"key_ids": []string{s.keys[0].id, s.keys[1].id},
			"secrets_extension_layer": "arn:aws:lambda:" + region +
				":123456789012:layer:AWS-Parameters-and-Secrets-Lambda-Extension" + suffix + ":1",
			"invokers": []string{awsCaller}, "cache_ttl": "1s",
		},
		IDs: map[string]any{"secret_arn": s.secretARN, "log_group_arns": prefixed("arn:aws:stage:::", s.names),
			"urls": prefixed("https://", s.names)},
	})
}

// startPrograms starts every function of the plan behind its own URL.
func (s *stage) startPrograms(ctx context.Context) error {
	if got := s.literal("aws_lambda_function_url.operation", "authorization_type"); got != "AWS_IAM" {
		return fmt.Errorf("function URLs want %q, not signatures", got)
	}
	for name, deployed := range s.plan.Functions {
		f, err := s.program(name, deployed)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.functions[name] = f
		h := gateway.FunctionURL(f, gateway.URLOptions{Region: region, Keys: signing, ARN: awsCaller,
			Log: slog.New(slog.NewTextHandler(s.log, nil))})
		if s.urls[name], err = s.listen(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// program unpacks a function's archive and deploys it as the plan says.
func (s *stage) program(name string, f terraform.Function) (*platform.Function, error) {
	archive, err := os.ReadFile(f.Archive)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(s.dir, name)
	if err := build.Unpack(archive, dir); err != nil {
		return nil, err
	}
	at := "http://" + s.lockbox.Addr()
	c := platform.Config{Name: f.Name, Instances: 4 * instances, Timeout: time.Duration(f.Timeout) * time.Second,
		Env:    s.env(f, append(s.extension.Env(), "REKEY_LOCKBOX_ENDPOINT="+at, "REKEY_IAM_ENDPOINT="+at)...),
		Freeze: true, Log: s.log}
	return platform.Lambda(filepath.Join(dir, s.literal("aws_lambda_function.operation", "handler")), c), nil
}
