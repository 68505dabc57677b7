package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"rekey/deploy/build"
	"rekey/deploy/local/lockboxtest"
	"rekey/deploy/terraform"
)

// audience is what tokens of the stage are for.
const audience = "rekey-stage"

// caller may invoke the functions directly.
const caller = "serviceAccount:ajestagecaller000000"

// evaluate packs the source and plans deploy/yandex with it. Where the plan
// has a secret, Lockbox gets one.
func (s *stage) evaluate(ctx context.Context) error {
	s.progress("packing the functions' source")
	archive, err := build.Yandex(ctx, s.clone)
	if err != nil {
		return fmt.Errorf("packing the functions' source: %w", err)
	}
	zip := filepath.Join(s.dir, "rekey-yandex.zip")
	if err := os.WriteFile(zip, archive, 0o600); err != nil {
		return err
	}
	s.plan, err = terraform.Evaluate(filepath.Join(s.clone, "deploy", "yandex"), s.variables(zip), s.computed)
	return err
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
		v["jwt"] = map[string]any{"issuer": s.issuer.URL(), "audiences": []string{audience},
			"jwks_uri": s.issuer.URL() + "/keys"}
		v["rate_limit"] = 1000
	} else {
		v["invokers"] = []string{caller}
	}
	return v
}

// computed gives what the cloud would: ids, and the secrets themselves.
func (s *stage) computed(kind, name, key string, config cty.Value) map[string]cty.Value {
	switch kind {
	case "yandex_lockbox_secret":
		specification := config.GetAttr("password_payload_specification").AsValueSlice()[0]
		id := s.lockbox.AddSpecified(config.GetAttr("name").AsString(),
			specification.GetAttr("password_key").AsString())
		s.keys = append(s.keys, stagedKey{key, id})
		slices.SortFunc(s.keys, func(a, b stagedKey) int { return strings.Compare(a.name, b.name) })
		return map[string]cty.Value{"id": cty.StringVal(id)}
	case "yandex_function":
		s.functionIDs[key] = "d4estage" + key
		return map[string]cty.Value{"id": cty.StringVal(s.functionIDs[key]), "version": cty.StringVal("d4ev" + key)}
	case "yandex_iam_service_account":
		return map[string]cty.Value{"id": cty.StringVal(account(name))}
	}
	return map[string]cty.Value{"id": cty.StringVal("stage-" + name), "domain": cty.StringVal("stage"),
		"name": cty.StringVal("stage")}
}

// account is the id of a service account that Terraform calls name.
func account(name string) string { return "ajestage" + name }

// stringsOf is an argument that is a collection of strings.
func stringsOf(v cty.Value) (all []string) {
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		all = append(all, e.AsString())
	}
	return all
}
