// Package api is the SymmetricCrypto API as values: requests, responses,
// operations, error codes and the caller. Names and numbers are those of
// yandex/cloud/kms/v1/symmetric_crypto_service.proto; limits are in
// limits.go. It knows no wire: package rest spells it as JSON.
package api
