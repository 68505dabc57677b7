package config

// meanings is what each variable means, for the README and for people.
var meanings = map[string]string{
	"REKEY_STORE":   "where keys are kept: `file`, or `lockbox` for Yandex Lockbox",
	"REKEY_KEYRING": "the keyring file; by default rekey/keyring.json in the user's configuration folder",
	"REKEY_PASSPHRASE_FILE": "a file with the passphrase of the keyring file, which must be encrypted then; without " +
		"it `rekey` " +
		"asks for the passphrase of an encrypted one at a terminal",
	"REKEY_ALLOW_READABLE_SECRETS": "`true` takes a file with a passphrase, a token or a service account's key that " +
		"everybody may read, " +
		"and a keyring that its group may read or write, as mounts of Docker and Kubernetes are; what is " +
		"written keeps the mode of what it replaces",
	"REKEY_CACHE_TTL": "how long a version is used without asking the store again: the time until a rotation or a " +
		"revocation holds everywhere; 0s to 1h, and 0s asks at each request",
	"REKEY_OFFLINE_GRACE": "how long a version is used while the store does not answer; 0s adds nothing to " +
		"REKEY_CACHE_TTL; at " +
		"most 24h",
	"REKEY_UNKNOWN_READS": "how many reads of the store an instance makes in a second of what was never answered, so " +
		"that " +
		"made-up ids use up no quota and no money; beyond it the answer is 429; 1 to 1000, by default 20 " +
		"with `lockbox` and 1000 with a keyring file",
	"REKEY_KEYS": "the only keys that are served: ids separated by commas; by default every key of the store",
	"REKEY_LOCKBOX_ENDPOINT": "where Lockbox's PayloadService is, as host:port; by default that of Yandex Cloud; " +
		"http://host:port " +
		"is without TLS, only for a loopback address",
	"REKEY_SECRETS_ENDPOINT":   "where Lockbox's SecretService is, which only `rekey` asks, spelt the same way",
	"REKEY_OPERATION_ENDPOINT": "where Yandex Cloud's OperationService is, likewise",
	"REKEY_IAM_ENDPOINT":       "where Yandex Cloud's IamTokenService is, spelt the same way",
	"REKEY_SA_KEY_FILE": "a file with an authorized key of the service account that reads Lockbox; by default it is " +
		"that of " +
		"the function or instance",
	"REKEY_SA_KEY_SECRET": "on AWS Lambda, the ARN or name of a secret of AWS Secrets Manager that holds such a key; " +
		"the layer " +
		"AWS-Parameters-and-Secrets-Lambda-Extension reads it",
	"REKEY_IAM_TOKEN": "an IAM token to read Lockbox with, instead of a service account; it ends after at most 12 " +
		"hours",
	"REKEY_FOLDER_ID": "the folder of Yandex Cloud whose Lockbox secrets `rekey keys` lists and in which it creates " +
		"keys",
	"REKEY_AUTH": "who may call: `platform` (whoever the platform lets in) or `none` (everybody); while it is unset " +
		"in " +
		"a function, every call is answered UNAUTHENTICATED",
	"REKEY_LOG_REQUESTS": "which requests have a line in the log: `all`, `failed` or `none`; by default all in a " +
		"function in " +
		"the cloud, none in a local invocation and in `rekey serve`",
	"REKEY_ENDPOINT": "the URL of a server that `rekey encrypt`, `decrypt`, `reencrypt` and `datakey` ask instead of " +
		"opening a store, https or on a loopback address; nothing else takes it, nor the two below",
	"REKEY_TOKEN": "the token that REKEY_ENDPOINT, or without it the server of `--endpoint`, wants to see; it is sent " +
		"as a bearer token and follows no redirection",
	"REKEY_TOKEN_FILE": "a file with that token instead, read at every start",
}
