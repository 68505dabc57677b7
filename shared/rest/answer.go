package rest

import (
	"encoding/base64"

	"rekey/shared/api"
)

// EncodeResponse writes a response of package api as JSON: base64 standard and
// padded, empty fields left out. It panics on any other type.
func EncodeResponse(response any) []byte { return encode(nil, response) }

func encode(m *Memory, response any) []byte {
	var o object
	switch r := response.(type) {
	case *api.EncryptResponse:
		o.room(m, len(r.Ciphertext))
		o.id("keyId", string(r.KeyID))
		o.id("versionId", string(r.VersionID))
		o.bytes("ciphertext", r.Ciphertext)
	case *api.DecryptResponse:
		o.room(m, len(r.Plaintext))
		o.id("keyId", string(r.KeyID))
		o.id("versionId", string(r.VersionID))
		o.bytes("plaintext", r.Plaintext)
	case *api.ReEncryptResponse:
		o.room(m, len(r.Ciphertext))
		o.id("keyId", string(r.KeyID))
		o.id("versionId", string(r.VersionID))
		o.id("sourceKeyId", string(r.SourceKeyID))
		o.id("sourceVersionId", string(r.SourceVersionID))
		o.bytes("ciphertext", r.Ciphertext)
	case *api.GenerateDataKeyResponse:
		o.room(m, len(r.DataKeyPlaintext)+len(r.DataKeyCiphertext))
		o.id("keyId", string(r.KeyID))
		o.id("versionId", string(r.VersionID))
		o.bytes("dataKeyPlaintext", r.DataKeyPlaintext)
		o.bytes("dataKeyCiphertext", r.DataKeyCiphertext)
	default:
		panic("rest: EncodeResponse of a type that is no response")
	}
	return o.end()
}

// object writes one flat JSON object. Names and ids need no escaping: ids
// have passed Check.
type object struct {
	b    []byte
	some bool // a member has been written
}

// room takes memory for the base64 of n bytes and for names and ids.
func (o *object) room(m *Memory, n int) {
	const names = 400 // bytes: four ids of 50, four names, punctuation
	o.b = m.Take(base64.StdEncoding.EncodedLen(n) + names)[:0]
}

func (o *object) name(name string) {
	sep := byte(',')
	if !o.some {
		sep, o.some = '{', true
	}
	o.b = append(o.b, sep, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':', '"')
}

func (o *object) id(name, value string) {
	if value != "" {
		o.name(name)
		o.b = append(append(o.b, value...), '"')
	}
}

func (o *object) bytes(name string, value []byte) {
	if len(value) > 0 {
		o.name(name)
		o.b = append(base64.StdEncoding.AppendEncode(o.b, value), '"')
	}
}

func (o *object) end() []byte {
	if !o.some {
		o.b = append(o.b, '{')
	}
	return append(o.b, '}')
}
