package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rekey/deploy/build"
	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/local/terraform"
)

// audience is what tokens of the stage are for.
const audience = "rekey-stage"

// caller may invoke the functions directly.
const caller = "serviceAccount:ajestagecaller000000"

// plan is what is read of the Terraform files: outputs of derived, and what
// stands on resources.
type plan struct {
	Functions map[string]terraform.Function
	Secrets   map[string]string // ids by name
	Invokers  []string
	Gateway   string // the gateway's document

	resources terraform.Body
}

// evaluate reads a folder of deploy.
func (s *stage) evaluate(ctx context.Context, folder string, c terraform.Case) error {
	folder = filepath.Join(s.clone, "deploy", folder)
	results, err := terraform.Derive[plan](ctx, folder, map[string]terraform.Case{"": c})
	if err != nil {
		return err
	}
	s.plan = results[""].Outputs
	if err := results[""].Err; err != nil {
		return err
	}
	s.plan.resources, err = terraform.Read(folder)
	return err
}

// literal is an argument of a resource without its quotation marks.
func (s *stage) literal(resource, argument string) string {
	return strings.Trim(s.plan.resources.Resource(resource).Text(argument), `"`)
}

// evaluateYandex packs the source and evaluates deploy/yandex with it. Lockbox
// gets the secrets.
func (s *stage) evaluateYandex(ctx context.Context) error {
	s.progress("packing the functions' source")
	archive, err := build.Yandex(ctx, s.clone)
	if err != nil {
		return fmt.Errorf("packing the functions' source: %w", err)
	}
	s.archive = archive
	zip := filepath.Join(s.dir, "rekey-yandex.zip")
	if err := os.WriteFile(zip, archive, 0o600); err != nil {
		return err
	}
	secrets := map[string]string{}
	for _, k := range []struct{ name, algorithm string }{{"first", "AES_256"}, {"second", "AES_128"}} {
		secrets[k.name] = s.lockbox.AddSpecified(k.name, k.algorithm+".generated")
		s.keys = append(s.keys, stagedKey{k.name, secrets[k.name]})
	}
	return s.evaluate(ctx, "yandex", terraform.Case{Variables: s.variables(zip), IDs: map[string]any{
		"function_ids": prefixed(functionID, build.Functions), "secret_ids": secrets,
		"gateway_account_id": account("gateway"), "gateway_domain": "stage",
		"gateway_id": "stage"}})
}

// functionID is what ids of functions begin with on Yandex.
const functionID = "d4estage"

// prefixed makes an id of each name.
func prefixed(prefix string, names []string) map[string]string {
	ids := map[string]string{}
	for _, name := range names {
		ids[name] = prefix + name
	}
	return ids
}

// variables are Terraform's.
func (s *stage) variables(archive string) map[string]any {
	v := map[string]any{
		"folder_id": lockboxtest.DefaultFolder, "name": "stage", "source_archive": archive, "access": s.access,
		"routes":    s.routes,
		"keys":      map[string]any{"first": map[string]any{}, "second": map[string]any{"algorithm": "AES_128"}},
		"cache_ttl": 1,
	}
	if s.access == "jwt" {
		v["jwt"] = map[string]any{"issuer": s.issuer.server.URL, "audiences": []string{audience},
			"jwks_uri": s.issuer.server.URL + "/keys"}
		v["rate_limit"] = 1000
	} else {
		v["invokers"] = []string{caller}
	}
	return v
}

// account is the id of a service account that Terraform calls name.
func account(name string) string { return "ajestage" + name }
