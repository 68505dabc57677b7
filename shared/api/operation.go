package api

// Operation is one of the four operations. The zero value is invalid.
type Operation uint8

// The operations of SymmetricCryptoService.
const (
	Encrypt Operation = iota + 1
	Decrypt
	ReEncrypt
	GenerateDataKey
)

// Operations lists them all.
var Operations = [...]Operation{Encrypt, Decrypt, ReEncrypt, GenerateDataKey}

// String is the name of the operation in a path, as in
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
	}
	return "unknown"
}

// ParseOperation reads the name of an operation in a path; names are
// case-sensitive.
func ParseOperation(name string) (Operation, bool) {
	for _, o := range Operations {
		if o.String() == name {
			return o, true
		}
	}
	return 0, false
}
