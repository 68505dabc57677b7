package config

// meanings is what each variable means, for the README and for people.
var meanings = map[string]string{
	"REKEY_STORE":           "where keys are kept: `file`, or `lockbox` for Yandex Lockbox",
	"REKEY_KEYRING":         "the keyring file; by default rekey/keyring.json in the user's configuration folder",
	"REKEY_PASSPHRASE_FILE": "a file with the passphrase of the keyring file, which must be encrypted then",
	"REKEY_ALLOW_READABLE_SECRETS": "`true` takes secret files that everybody may read, and a keyring that its " +
		"group may, as mounts of Docker and Kubernetes are",
	"REKEY_CACHE_TTL": "how long a version is used without asking the store again, and so until a rotation or a " +
		"revocation holds; 0s to 1h",
	"REKEY_OFFLINE_GRACE": "how long a version is used while the store does not answer; at most 24h, and 0s adds " +
		"nothing to REKEY_CACHE_TTL",
	"REKEY_UNKNOWN_READS": "how many reads a second an instance makes of what it has not read before; beyond it the " +
		"answer is 429; 1 to 1000, by default 20 with `lockbox` and 1000 with a keyring file",
	"REKEY_KEYS": "the only keys that are served: ids separated by commas; by default every key of the store",
	"REKEY_LOCKBOX_ENDPOINT": "Lockbox's PayloadService, as host:port; by default that of Yandex Cloud; " +
		"http://host:port is without TLS, only for a loopback address",
	"REKEY_SECRETS_ENDPOINT":   "Lockbox's SecretService, likewise; only `rekey` asks it",
	"REKEY_OPERATION_ENDPOINT": "Yandex Cloud's OperationService, likewise",
	"REKEY_IAM_ENDPOINT":       "Yandex Cloud's IamTokenService, likewise",
	"REKEY_SA_KEY_FILE": "a file with an authorized key of the service account that reads Lockbox; by default it is " +
		"that of the function or instance",
	"REKEY_SA_KEY_SECRET": "on AWS Lambda, the ARN or name of a secret of AWS Secrets Manager that holds such a key; " +
		"the layer AWS-Parameters-and-Secrets-Lambda-Extension reads it",
	"REKEY_IAM_TOKEN": "an IAM token to read Lockbox with instead; it ends after at most 12 hours",
	"REKEY_FOLDER_ID": "the folder of Yandex Cloud in which `rekey keys` lists and creates keys, and a " +
		"server lists them",
	"REKEY_AUTH": "who may call: `platform` (everybody the platform lets in) or `none` (everybody); while it is " +
		"unset in a function, every call is answered UNAUTHENTICATED",
	"REKEY_LOG_REQUESTS": "which requests have a line in the log: `all`, `failed` or `none`; by default all in a " +
		"function in the cloud, else none",
	"REKEY_ENDPOINT": "the URL of a server that `rekey encrypt`, `decrypt`, `reencrypt` and `datakey` ask instead of " +
		"a store, https or on a loopback address",
	"REKEY_TOKEN":      "the bearer token for REKEY_ENDPOINT, or without it for the server of `--endpoint`",
	"REKEY_TOKEN_FILE": "a file with that token instead, read at every start",
}
