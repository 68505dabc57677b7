package ciphertext

import "bytes"

// Foreign is a format of another system, in words for a message.
type Foreign struct {
	Name   string // "an age file"
	Advice string // "decrypt it with age"
	Ours   bool   // it is of rekey itself: nothing to decrypt and encrypt anew
}

// String is both, as in "an age file: decrypt it with age".
func (f Foreign) String() string { return f.Name + ": " + f.Advice }

// FindForeign names what another system made, such as "a Vault transit
// ciphertext". It goes by the first bytes, or by a mark in a text, and echoes
// none of them, so a guess can be wrong: it makes messages, never decisions.
func FindForeign(b []byte) (Foreign, bool) {
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.prefix)) && len(b) >= f.min && (f.also == nil || f.also(b)) {
			return f.Foreign, true
		}
	}
	for _, f := range marked {
		if bytes.Contains(b, []byte(f.mark)) {
			return f.Foreign, true
		}
	}
	return Foreign{}, false
}

var (
	vault  = Foreign{Name: "a Vault or OpenBao transit ciphertext", Advice: "decrypt it there"}
	age    = Foreign{Name: "an age file", Advice: "decrypt it with age"}
	yandex = Foreign{Name: "a ciphertext of Yandex Cloud's own KMS", Advice: "decrypt it there"}
	awsKMS = Foreign{Name: "an AWS KMS ciphertext", Advice: "decrypt it there"}
	awsSDK = Foreign{Name: "an AWS Encryption SDK message", Advice: "decrypt it with that SDK"}
	google = Foreign{Name: "perhaps a Google Cloud KMS ciphertext", Advice: "decrypt it there"}
	kes    = Foreign{Name: "a MinIO KES ciphertext", Advice: "decrypt it there"}
	pgp    = Foreign{Name: "an OpenPGP message in ASCII armor",
		Advice: "decrypt it with GnuPG or another OpenPGP program"}
	pgpRaw  = Foreign{Name: "an OpenPGP message", Advice: pgp.Advice}
	jwe     = Foreign{Name: "a JWE, JSON Web Encryption", Advice: "decrypt it with the library that made it"}
	tink    = Foreign{Name: "perhaps a Tink ciphertext", Advice: "decrypt it with Tink"}
	openssl = Foreign{Name: "a file of `openssl enc`", Advice: "decrypt it with `openssl enc -d`"}
	sops    = Foreign{Name: "a SOPS file or a value of one", Advice: "decrypt it with sops"}
	ansible = Foreign{Name: "an Ansible Vault file or a value of one", Advice: "decrypt it with ansible-vault"}
	eyaml   = Foreign{Name: "a value of hiera-eyaml", Advice: "decrypt it with eyaml"}
	fernet  = Foreign{Name: "a Fernet token", Advice: "decrypt it with the library that made it"}
	kube    = Foreign{Name: "a value that Kubernetes encrypted in etcd", Advice: "read it through the API server"}
	cms     = Foreign{Name: "a CMS or PKCS #7 message", Advice: "decrypt it with `openssl cms -decrypt`"}

	keyring = Foreign{"a keyring of rekey, with its keys in plain text", "name it with --keyring", true}
	sealed  = Foreign{"a keyring of rekey, encrypted with a passphrase", "name it with --keyring", true}
	phrase  = Foreign{"an age file with a passphrase, perhaps a keyring of rekey",
		"if it is a keyring, name it with --keyring; if not, decrypt it with age", true}
	seed = Foreign{"a seed, keys for `rekey serve`", "name it with --seed", true}
)

// marked formats are text that other text may stand around.
var marked = []struct {
	mark string
	Foreign
}{
	// getsops/sops, aes/cipher.go.
	{"ENC[AES256_GCM,", sops},
	// ansible, lib/ansible/parsing/vault: on its own, or behind "!vault |" in YAML.
	{"$ANSIBLE_VAULT;", ansible},
	// voxpupuli/hiera-eyaml.
	{"ENC[PKCS7,", eyaml},
}

// foreign formats by their first bytes; the more specific come first.
var foreign = []struct {
	prefix string
	min    int // bytes, to distinguish a short prefix from chance
	also   func([]byte) bool
	Foreign
}{
	// hashicorp/vault and openbao/openbao, sdk/helper/keysutil/policy.go: the
	// version template is "vault:v{{version}}:".
	{"vault:v", 9, nil, vault},
	// C2SP age.md; FiloSottile/age, internal/format/format.go and armor/armor.go.
	// A keyring under a passphrase is two of these, or one to a passphrase.
	{"age-encryption.org/v1\n-> scrypt ", 0, nil, phrase},
	{"age-encryption.org/v1", 0, nil, age},
	{ageArmor, 0, isTwoAge, sealed},
	{ageArmor, 0, isScrypt, phrase},
	{ageArmor, 0, nil, age},
	// Nowhere documented; see isYandex.
	{"\x00\x00\x00\x01\x00\x00\x00", 0, isYandex, yandex},
	// Not documented either: the ciphertexts in public repositories begin like
	// this (in base64 AQICAH, AQIDAH, AQECAH, AQEDAH, AQIBAH, AQEBAH).
	{"\x01\x01", 64, isAWS, awsKMS},
	{"\x01\x02", 64, isAWS, awsKMS},
	// Until 2015 (CiA..., CiB...), it stood in field 2 of a protobuf message
	// behind the 32 bytes of the key's id.
	{"\x0a\x20", 0, isAWSInFields, awsKMS},
	// AWS Encryption SDK Developer Guide, "Message format reference": version 1
	// with type 80 and a suite of two bytes; version 2 with the two committing
	// suites, 04 78 and 05 78.
	{"\x01\x80", 32, isSuiteOfVersion1, awsSDK},
	{"\x02\x04\x78", 32, nil, awsSDK},
	{"\x02\x05\x78", 32, nil, awsSDK},
	// minio/kes, internal/crypto/ciphertext.go: JSON, later an array of five in
	// MessagePack that begins with an algorithm's name, as kms-go/kes/key.go
	// spells it and as it did before. What KES makes since 2024 has no prefix
	// and cannot be told from noise.
	{"{", 32, isKESInJSON, kes},
	{"\x95\xb1AES256-GCM_SHA256", 0, nil, kes},
	{"\x95\xb2XCHACHA20-POLY1305", 0, nil, kes},
	{"\x95\xa6AES256", 32, nil, kes},
	{"\x95\xa8ChaCha20", 32, nil, kes},
	// RFC 9580, 6.2 (before: RFC 4880).
	{"-----BEGIN PGP MESSAGE-----", 0, nil, pgp},
	// RFC 9580, 4.2 and 5.1, 5.3: the packet of a session key, to a public key or
	// to a passphrase.
	{"", 16, isPGP, pgpRaw},
	// openssl, apps/enc.c.
	{"Salted__", 16, nil, openssl},
	// github.com/fernet/spec: version 80 and eight bytes of time.
	{"\x80\x00\x00\x00", 73, nil, fernet},
	// kubernetes, staging/src/k8s.io/apiserver/pkg/storage/value/encrypt.
	{"k8s:enc:", 0, nil, kube},
	// RFC 7468, 8 and 9.
	{"-----BEGIN CMS-----", 0, nil, cms},
	{"-----BEGIN PKCS7-----", 0, nil, cms},
	// RFC 7516, 3.1: five parts; the first is base64url of a JSON object.
	{"eyJ", 16, isJWE, jwe},
	// Google documents none; see isGoogle.
	{"\x0a\x24", 0, isGoogle, google},
	// Tink, "Wire format": 01, or 00 for keys of LEGACY and CRUNCHY, and the
	// key's id in four bytes; nonce and tag. RAW has no prefix, but an envelope
	// of RAW begins with four bytes of length, and so with 00.
	{"\x01", 5 + NonceSize + TagSize, nil, tink},
	{"\x00", 5 + NonceSize + TagSize, isTinkZero, tink},
}
