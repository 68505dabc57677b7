package deploy_test

import (
	"fmt"
	"strings"

	"rekey/deploy/local/terraform"
)

// jwtVars are the variables of a deployment with a gateway; more may change
// them.
func jwtVars(more vars) vars {
	return with(vars{"folder_id": "b1g00000000000folder", "source_archive": archive(), "access": "jwt",
		"jwt": vars{"issuer": "https://issuer.example", "audiences": []string{"rekey"},
			"jwks_uri": "https://issuer.example/keys"},
		"keys":    vars{"payments": vars{}, "archive": vars{"algorithm": "AES_128", "kms_key_id": "abjkms"}},
		"key_ids": []string{"e6q0000000000existin"}}, more)
}

func iamVars(more vars) vars {
	return jwtVars(with(vars{"access": "iam", "jwt": nil, "invokers": []string{"serviceAccount:ajecaller"}}, more))
}

func jwt(issuer, keys string, audiences ...string) vars {
	return vars{"jwt": vars{"issuer": issuer, "audiences": append([]string{}, audiences...), "jwks_uri": keys}}
}

// keyIDs are those of jwtVars and iamVars.
var keyIDs = []string{"e6q0000000000existin", "keyarchive0000000000", "keypayments000000000"}

// yandexIDs are ids that tell what they are of, those of keys in Lockbox's form.
func yandexIDs(v vars) vars {
	functions, secrets := vars{}, vars{}
	for _, name := range []string{"datakey", "decrypt", "encrypt", "reencrypt", "all"} {
		functions[name] = "operation-" + name
	}
	if keys, some := v["keys"].(vars); some {
		for name := range keys {
			secrets[name] = ("key" + name + strings.Repeat("0", 20))[:20]
		}
	}
	ids := vars{"function_ids": functions, "secret_ids": secrets,
		"gateway_account_id": "gateway-0", "gateway_domain": "gateway.example", "gateway_id": "d5d1"}
	if v["access"] == "iam" {
		ids["gateway_account_id"], ids["gateway_domain"], ids["gateway_id"] = nil, nil, nil
	}
	return ids
}

// existing are variables with keys that exist already, and no others.
func existing(n int) vars {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("e6q%017d", i)
	}
	return jwtVars(vars{"keys": vars{}, "key_ids": ids})
}

// manyKeys are keys that Terraform makes.
func manyKeys(n int) vars {
	keys := vars{}
	for i := range n {
		keys[fmt.Sprint("key", i)] = vars{}
	}
	return vars{"keys": keys}
}

// yandexOutputs are those of deploy/yandex/derived.
type yandexOutputs struct {
	Functions     map[string]terraform.Function
	Secrets       map[string]string
	KMSKeyIDs     []string `json:"kms_key_ids"`
	Invokers      []string
	Gateway       string
	FirstVersions []string `json:"first_versions"`
	Provision     []string
	Example       string
	Charts        []chart
	Alerts        map[string]alert
}

var twoAudiences = jwt("https://issuer.example/", "https://issuer.example/keys", "rekey", "backup")

// yandex is deploy/yandex/derived. shared/event itself answers after 5 s, and
// a gateway gives up after 300: a timeout is between.
var yandex = derive[yandexOutputs]("yandex", yandexIDs, map[string]vars{
	"literal":             jwtVars(nil),
	"parameter":           jwtVars(vars{"routes": "parameter", "security_profile_id": "fev"}),
	"iam":                 iamVars(nil),
	"shortest":            jwtVars(vars{"timeout": 6}),
	"longest":             jwtVars(vars{"timeout": 300}),
	"provisioned":         jwtVars(vars{"provisioned_instances": 2, "zone_limits": vars{"requests": 5}}),
	"audiences":           jwtVars(twoAudiences),
	"audiences parameter": jwtVars(with(twoAudiences, vars{"routes": "parameter"})),
	"1 key":               existing(1),
	"2 keys":              existing(2),
	"100 keys":            existing(100),
	"180 keys":            with(existing(180), vars{"routes": "parameter"}),
	"in both lists":       jwtVars(vars{"key_ids": []string{"keypayments000000000"}}),
})

var yandexRejected = map[string]rejection{
	"access not chosen": {vars{"folder_id": "b1g00000000000folder", "key_ids": []string{"e6q00000000000000000"}},
		`required variable "access"`},
	"public":            {jwtVars(vars{"access": "public"}), `access is "jwt"`},
	"no issuer":         {jwtVars(vars{"jwt": nil}), "needs jwt ="},
	"no audience":       {jwtVars(jwt("https://x", "https://x/k")), "must name who the tokens are for"},
	"an empty audience": {jwtVars(jwt("https://x", "https://x/k", "a", "")), "must name who the tokens are for"},
	"open issuer":       {jwtVars(jwt("http://x", "https://x/k", "a")), "begin with https://"},
	"invokers past it":  {jwtVars(vars{"invokers": []string{"serviceAccount:aje"}}), "can claim any name"},
	"no invokers":       {iamVars(vars{"invokers": []string{}}), "needs invokers"},
	"everybody": {iamVars(vars{"invokers": []string{"system:allUsers"}}),
		"Everybody (system:...) is refused"},
	"every account": {iamVars(vars{"invokers": []string{"system:allAuthenticatedUsers"}}),
		"Everybody (system:...) is refused"},
	"path without one":  {iamVars(vars{"routes": "parameter"}), "a direct invocation has none"},
	"no keys":           {jwtVars(vars{"keys": vars{}, "key_ids": []string{}}), "There is no key"},
	"too many keys":     {jwtVars(manyKeys(181)), "More than 180 ids"},
	"algorithm":         {jwtVars(vars{"keys": vars{"a": vars{"algorithm": "DES"}}}), "algorithm is AES_128"},
	"id":                {jwtVars(vars{"key_ids": []string{"a/b"}}), "A key id is the id of a Lockbox secret"},
	"concurrency":       {jwtVars(vars{"concurrency": 17}), "from 1 to 16"},
	"too short":         {jwtVars(vars{"timeout": 5}), "a whole number of seconds from 6"},
	"too long":          {jwtVars(vars{"timeout": 301}), "a whole number of seconds from 6"},
	"routes":            {jwtVars(vars{"routes": "all"}), `routes is "literal"`},
	"log_requests":      {jwtVars(vars{"log_requests": "some"}), "log_requests is"},
	"misspelt variable": {jwtVars(vars{"acces": "jwt"}), `a variable named "acces"`},
	"name":              {jwtVars(vars{"name": "Rekey_"}), "3 to 40 characters"},
}
