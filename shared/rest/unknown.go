package rest

import (
	"slices"
	"strings"

	"rekey/shared/api"
	"rekey/shared/strictjson"
)

// unknown says which fields there are, and which was probably meant.
func unknown[Q any](fields []field[Q], name []byte) error {
	var names []string
	for _, f := range fields {
		if f.read != nil {
			names = append(names, f.camel)
		}
	}
	meant := alias(string(name))
	if !slices.Contains(names, meant) {
		meant = strictjson.Meant(string(name), names)
	}
	return api.Errorf(api.InvalidArgument, "%s: unknown field: %s", quoteName(name), strictjson.Guess(meant, names))
}

// alias is the field of this API that others have under a name: AWS, Google
// Cloud, Vault, libraries, and this API's own answers.
func alias(name string) string {
	switch strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name)) {
	case "aad", "context", "encryptioncontext", "associateddata", "additionaldata", "authenticateddata",
		"additionalauthenticateddata", "additionalassociateddata", "destinationencryptioncontext":
		return "aadContext"
	case "sourceaad", "sourcecontext", "sourceencryptioncontext", "oldaad", "oldaadcontext":
		return "sourceAadContext"
	case "data", "text", "message", "payload", "input", "value", "secret", "cleartext":
		return "plaintext"
	case "ciphertextblob", "datakeyciphertext", "cipher", "blob", "encrypted", "encrypteddata", "encryptedkey":
		return "ciphertext"
	case "id", "key", "kid", "keyname", "destinationkeyid", "targetkeyid", "newkeyid":
		return "keyId"
	case "sourcekey", "oldkey", "oldkeyid", "fromkeyid":
		return "sourceKeyId"
	case "version", "keyversion", "keyversionid", "primaryversionid":
		return "versionId"
	case "spec", "keyspec", "algorithm", "defaultalgorithm", "numberofbytes", "bits", "size":
		return "dataKeySpec"
	case "withoutplaintext", "noplaintext":
		return "skipPlaintext"
	}
	return ""
}
