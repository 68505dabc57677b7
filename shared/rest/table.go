package rest

import (
	"net/http"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Crypto is the endpoints of SymmetricCryptoService.
func Crypto(s api.Crypto) []Endpoint {
	const key = api.Collection + "/{keyId}"
	return []Endpoint{
		row(http.MethodPost, key+":encrypt", encryptFields, encryptKey, s.Encrypt, encryptAnswer),
		row(http.MethodPost, key+":decrypt", decryptFields, decryptKey, s.Decrypt, decryptAnswer),
		row(http.MethodPost, key+":reEncrypt", reEncryptFields, reEncryptKey, s.ReEncrypt, reEncryptAnswer),
		row(http.MethodPost, key+":generateDataKey", dataKeyFields, dataKeyKey, s.GenerateDataKey, dataKeyAnswer),
	}
}

// Keys is the endpoints of SymmetricKeyService.
func Keys(s api.Keys) []Endpoint {
	return []Endpoint{
		row(http.MethodGet, api.Collection, listFields, nil, s.ListKeys, listAnswer),
		row(http.MethodGet, api.Collection+"/{keyId}", getFields, getKey, s.GetKey, keyAnswer),
	}
}

func encryptKey(r *api.EncryptRequest) *key.ID         { return &r.KeyID }
func decryptKey(r *api.DecryptRequest) *key.ID         { return &r.KeyID }
func reEncryptKey(r *api.ReEncryptRequest) *key.ID     { return &r.KeyID }
func dataKeyKey(r *api.GenerateDataKeyRequest) *key.ID { return &r.KeyID }
func getKey(r *api.GetKeyRequest) *key.ID              { return &r.KeyID }
