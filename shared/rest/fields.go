package rest

import "rekey/shared/api"

// The fields of each request, as in symmetric_crypto_service.proto; decrypt
// takes the answers of encrypt and reEncrypt too, which have more.

var encryptFields = []field[api.EncryptRequest]{
	{"keyId", "key_id", func(r *api.EncryptRequest, v value) error { return readText(&r.KeyID, v) }},
	{"versionId", "version_id", func(r *api.EncryptRequest, v value) error { return readText(&r.VersionID, v) }},
	{"aadContext", "aad_context", func(r *api.EncryptRequest, v value) error { return readBytes(&r.AADContext, v) }},
	{"plaintext", "plaintext", func(r *api.EncryptRequest, v value) error { return readBytes(&r.Plaintext, v) }},
}

var decryptFields = []field[api.DecryptRequest]{
	{"keyId", "key_id", func(r *api.DecryptRequest, v value) error { return readText(&r.KeyID, v) }},
	{"versionId", "version_id", func(r *api.DecryptRequest, v value) error { return readText(&r.VersionID, v) }},
	{"aadContext", "aad_context", func(r *api.DecryptRequest, v value) error { return readBytes(&r.AADContext, v) }},
	{"ciphertext", "ciphertext", func(r *api.DecryptRequest, v value) error {
		return readCiphertext(&r.Ciphertext, v)
	}},
	{"sourceKeyId", "source_key_id", nil},
	{"sourceVersionId", "source_version_id", nil},
}

var reEncryptFields = []field[api.ReEncryptRequest]{
	{"keyId", "key_id", func(r *api.ReEncryptRequest, v value) error { return readText(&r.KeyID, v) }},
	{"versionId", "version_id", func(r *api.ReEncryptRequest, v value) error { return readText(&r.VersionID, v) }},
	{"aadContext", "aad_context", func(r *api.ReEncryptRequest, v value) error { return readBytes(&r.AADContext, v) }},
	{"sourceKeyId", "source_key_id", func(r *api.ReEncryptRequest, v value) error {
		return readText(&r.SourceKeyID, v)
	}},
	{"sourceAadContext", "source_aad_context", func(r *api.ReEncryptRequest, v value) error {
		return readBytes(&r.SourceAADContext, v)
	}},
	{"ciphertext", "ciphertext", func(r *api.ReEncryptRequest, v value) error {
		return readCiphertext(&r.Ciphertext, v)
	}},
}

var dataKeyFields = []field[api.GenerateDataKeyRequest]{
	{"keyId", "key_id", func(r *api.GenerateDataKeyRequest, v value) error { return readText(&r.KeyID, v) }},
	{"versionId", "version_id", func(r *api.GenerateDataKeyRequest, v value) error {
		return readText(&r.VersionID, v)
	}},
	{"aadContext", "aad_context", func(r *api.GenerateDataKeyRequest, v value) error {
		return readBytes(&r.AADContext, v)
	}},
	{"dataKeySpec", "data_key_spec", func(r *api.GenerateDataKeyRequest, v value) error {
		return readSpec(&r.DataKeySpec, v)
	}},
	{"skipPlaintext", "skip_plaintext", func(r *api.GenerateDataKeyRequest, v value) error {
		return readBool(&r.SkipPlaintext, v)
	}},
}

var listFields = []field[api.ListKeysRequest]{
	{"folderId", "folder_id", func(r *api.ListKeysRequest, v value) error { return readText(&r.FolderID, v) }},
	{"pageSize", "page_size", func(r *api.ListKeysRequest, v value) error { return readInt(&r.PageSize, v) }},
	{"pageToken", "page_token", func(r *api.ListKeysRequest, v value) error { return readText(&r.PageToken, v) }},
}

var getFields = []field[api.GetKeyRequest]{
	{"keyId", "key_id", func(r *api.GetKeyRequest, v value) error { return readText(&r.KeyID, v) }},
}
