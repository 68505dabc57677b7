package api

// Limits of the API, from symmetric_crypto_service.proto.
const (
	// MaxPlaintext is in bytes ("<=32768").
	MaxPlaintext = 32 << 10
	// MaxAAD is in bytes ("<=8192").
	MaxAAD = 8 << 10
	// MaxBody is the largest HTTP body, in bytes: ours. A re-encryption of the
	// largest ciphertext with two largest AADs is 66 KiB in padded base64; the
	// rest leaves room for line breaks and escapes.
	MaxBody = 256 << 10
)
