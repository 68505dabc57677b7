package api

// Operation is what a request asks for. The zero value is invalid.
type Operation uint8

// The operations of SymmetricCryptoService, and those of SymmetricKeyService.
const (
	Encrypt Operation = iota + 1
	Decrypt
	ReEncrypt
	GenerateDataKey
	ListKeys
	GetKey
)

// Operations lists those of SymmetricCryptoService.
var Operations = [...]Operation{Encrypt, Decrypt, ReEncrypt, GenerateDataKey}

// String is the name of the operation, as in a path:
// /kms/v1/keys/{keyId}:reEncrypt.
func (o Operation) String() string {
	switch o {
	case Encrypt:
		return "encrypt"
	case Decrypt:
		return "decrypt"
	case ReEncrypt:
		return "reEncrypt"
	case GenerateDataKey:
		return "generateDataKey"
	case ListKeys:
		return "list"
	case GetKey:
		return "get"
	}
	return "unknown"
}
