package key

import "fmt"

// Algorithm is a SymmetricAlgorithm of Yandex KMS, by its number there. The
// same number is the suite of a ciphertext. The zero value is invalid.
type Algorithm uint8

// AES in Galois/Counter Mode with a 128-, 192- or 256-bit message key.
// AES256HSM is a label here: a software key that behaves as AES256.
const (
	AES128    Algorithm = 1
	AES192    Algorithm = 2
	AES256    Algorithm = 3
	AES256HSM Algorithm = 4
)

var algorithmNames = [...]string{AES128: "AES_128", AES192: "AES_192", AES256: "AES_256", AES256HSM: "AES_256_HSM"}

// AlgorithmNames lists the names for help texts and error messages.
const AlgorithmNames = "AES_128, AES_192, AES_256 or AES_256_HSM"

// ParseAlgorithm reads an algorithm by its exact name.
func ParseAlgorithm(name string) (Algorithm, error) {
	for a, n := range algorithmNames {
		if n != "" && n == name {
			return Algorithm(a), nil
		}
	}
	return 0, fmt.Errorf("unknown algorithm: want %s", AlgorithmNames)
}

// Valid reports whether a is one of the four algorithms.
func (a Algorithm) Valid() bool { return AES128 <= a && a <= AES256HSM }

// KeySize is the size in bytes of the AES key, and of a data key of this
// specification: 16, 24, 32 or 32; 0 for an invalid value.
func (a Algorithm) KeySize() int {
	switch a {
	case AES128:
		return 16
	case AES192:
		return 24
	case AES256, AES256HSM:
		return 32
	}
	return 0
}

// String is the name in Yandex KMS, such as AES_256.
func (a Algorithm) String() string {
	if !a.Valid() {
		return fmt.Sprintf("Algorithm(%d)", uint8(a))
	}
	return algorithmNames[a]
}
