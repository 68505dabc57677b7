package deploy_test

import (
	"fmt"

	"rekey/deploy/local/terraform"
)

const (
	layerARM = "arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64:11"
	layerX86 = "arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11"
	caller   = "arn:aws:iam::123456789012:role/orders"
	kmsKey   = "arn:aws:kms:eu-west-1:123456789012:key/0d5c"
	secret   = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rekey-service-account-key-AbCdEf"
)

// awsVars are the variables of a deployment to AWS Lambda; more may change
// them.
func awsVars(more vars) vars {
	return with(vars{"region": "eu-west-1", "secrets_extension_layer": layerARM, "invokers": []string{caller},
		"key_ids": []string{"e6q00000000000000two", "e6q00000000000000one"}}, more)
}

// awsIDs are ARNs and URLs that tell what they are of.
func awsIDs(vars) vars {
	arns, urls := vars{}, vars{}
	for _, name := range []string{"datakey", "decrypt", "encrypt", "reencrypt", "all"} {
		arns[name], urls[name] = "arn:log-"+name, "https://"+name+".lambda-url.eu-west-1.on.aws/"
	}
	return vars{"log_group_arns": arns, "urls": urls, "secret_arn": secret}
}

// awsOutputs are those of deploy/aws/derived.
type awsOutputs struct {
	Functions       map[string]terraform.Function
	Policies        map[string]map[string]string
	Invocations     map[string]struct{ Function, Principal string }
	URLs            map[string]string
	ExampleCommands []string `json:"example_commands"`
}

func allX86() vars {
	return awsVars(vars{"functions": []string{"all"}, "architecture": "x86_64", "secrets_extension_layer": layerX86})
}

func awsKeys(n int) vars {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("e6q%017d", i)
	}
	return awsVars(vars{"key_ids": ids})
}

// amazon is deploy/aws/derived.
var amazon = derive[awsOutputs]("aws", awsIDs, map[string]vars{
	"each":     awsVars(nil),
	"all":      allX86(),
	"140 keys": awsKeys(140),
	"kms":      awsVars(vars{"secret_kms_key_arn": kmsKey}),
	"nobody":   awsVars(vars{"invokers": []string{}}),
})

var amazonRejected = map[string]rejection{
	"no region":     {vars{"key_ids": []string{"e6q"}}, `required variable "region"`},
	"region":        {awsVars(vars{"region": "Ireland"}), "the name of a region"},
	"no keys":       {awsVars(vars{"key_ids": []string{}}), "one id or more"},
	"too many keys": {awsKeys(141), "at most 140"},
	"id":            {awsVars(vars{"key_ids": []string{"a/b"}}), "one id or more"},
	"everybody":     {awsVars(vars{"invokers": []string{"*"}}), "nobody is let in by a *"},
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
}
