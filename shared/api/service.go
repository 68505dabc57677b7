package api

import "context"

// Crypto is the four operations (SymmetricCryptoService). Errors are *Error.
// *kms.Service is one, and so is *client.Client, for which the server decides
// who calls.
type Crypto interface {
	Encrypt(context.Context, *Call, *EncryptRequest) (*EncryptResponse, error)
	Decrypt(context.Context, *Call, *DecryptRequest) (*DecryptResponse, error)
	ReEncrypt(context.Context, *Call, *ReEncryptRequest) (*ReEncryptResponse, error)
	GenerateDataKey(context.Context, *Call, *GenerateDataKeyRequest) (*GenerateDataKeyResponse, error)
}

// Keys is what callers may see of keys (SymmetricKeyService). Errors are
// *Error.
type Keys interface {
	ListKeys(context.Context, *Call, *ListKeysRequest) (*ListKeysResponse, error)
	GetKey(context.Context, *Call, *GetKeyRequest) (*SymmetricKey, error)
}
