package rest

import (
	"encoding/base64"
	"fmt"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/strictjson"
)

// EncodeResponse writes a response of SymmetricCryptoService as JSON: base64
// standard and padded, empty fields left out. It panics on any other type.
func EncodeResponse(response any) []byte {
	switch r := response.(type) {
	case *api.EncryptResponse:
		return encryptAnswer(nil, r)
	case *api.DecryptResponse:
		return decryptAnswer(nil, r)
	case *api.ReEncryptResponse:
		return reEncryptAnswer(nil, r)
	case *api.GenerateDataKeyResponse:
		return dataKeyAnswer(nil, r)
	}
	panic(fmt.Sprintf("rest: EncodeResponse of %T", response))
}

func encryptAnswer(m *Memory, r *api.EncryptResponse) []byte {
	o := room(m, len(r.Ciphertext))
	o.used(r.KeyID, r.VersionID)
	o.bytes("ciphertext", r.Ciphertext)
	return o.end()
}

func decryptAnswer(m *Memory, r *api.DecryptResponse) []byte {
	o := room(m, len(r.Plaintext))
	o.used(r.KeyID, r.VersionID)
	o.bytes("plaintext", r.Plaintext)
	return o.end()
}

func reEncryptAnswer(m *Memory, r *api.ReEncryptResponse) []byte {
	o := room(m, len(r.Ciphertext))
	o.used(r.KeyID, r.VersionID)
	o.id("sourceKeyId", string(r.SourceKeyID))
	o.id("sourceVersionId", string(r.SourceVersionID))
	o.bytes("ciphertext", r.Ciphertext)
	return o.end()
}

func dataKeyAnswer(m *Memory, r *api.GenerateDataKeyResponse) []byte {
	o := room(m, len(r.DataKeyPlaintext)+len(r.DataKeyCiphertext))
	o.used(r.KeyID, r.VersionID)
	o.bytes("dataKeyPlaintext", r.DataKeyPlaintext)
	o.bytes("dataKeyCiphertext", r.DataKeyCiphertext)
	return o.end()
}

func listAnswer(_ *Memory, r *api.ListKeysResponse) []byte {
	var o object
	if len(r.Keys) > 0 {
		o.name("keys", "[")
		for i, k := range r.Keys {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.b = append(o.b, keyAnswer(nil, k)...)
		}
		o.b = append(o.b, ']')
	}
	o.text("nextPageToken", r.NextPageToken)
	return o.end()
}

// keyAnswer says of a key what is known. Ids are what a store says.
func keyAnswer(_ *Memory, k *api.SymmetricKey) []byte {
	var o object
	o.text("id", string(k.ID))
	o.text("folderId", k.FolderID)
	o.time("createdAt", k.CreatedAt)
	o.text("name", k.Name)
	enum(&o, "status", k.Status)
	if k.PrimaryVersion != nil {
		o.name("primaryVersion", string(versionAnswer(k.PrimaryVersion)))
	}
	enum(&o, "defaultAlgorithm", k.DefaultAlgorithm)
	o.time("rotatedAt", k.RotatedAt)
	return o.end()
}

func versionAnswer(v *api.SymmetricKeyVersion) []byte {
	var o object
	o.text("id", string(v.ID))
	o.text("keyId", string(v.KeyID))
	enum(&o, "status", v.Status)
	enum(&o, "algorithm", v.Algorithm)
	o.time("createdAt", v.CreatedAt)
	if v.Primary {
		o.name("primary", "true")
	}
	return o.end()
}

// object writes one JSON object.
type object struct {
	b    []byte
	some bool // a member has been written
}

// room is an object in memory for the base64 of n bytes and for names and ids.
func room(m *Memory, n int) object {
	const names = 400 // bytes: four ids of 50, four names, punctuation
	return object{b: m.Take(base64.StdEncoding.EncodedLen(n) + names)[:0]}
}

// name begins a member, and its value.
func (o *object) name(name, value string) {
	sep := byte(',')
	if !o.some {
		sep, o.some = '{', true
	}
	o.b = append(o.b, sep, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
	o.b = append(o.b, value...)
}

// used is the key and the version that were used.
func (o *object) used(k key.ID, v key.VersionID) {
	o.id("keyId", string(k))
	o.id("versionId", string(v))
}

// id writes what needs no escaping: ids have passed Check.
func (o *object) id(name, value string) {
	if value != "" {
		o.name(name, `"`)
		o.b = append(append(o.b, value...), '"')
	}
}

func (o *object) text(name, value string) {
	if value != "" {
		o.name(name, "")
		o.b = strictjson.AppendQuote(o.b, value)
	}
}

// enum writes the name of a value, but of the one that is unspecified.
func enum[E interface {
	~uint8
	fmt.Stringer
}](o *object, name string, value E) {
	if value != 0 {
		o.id(name, value.String())
	}
}

// time is as in proto3's JSON: RFC 3339 in UTC.
func (o *object) time(name string, t time.Time) {
	if !t.IsZero() {
		o.id(name, t.UTC().Format(time.RFC3339Nano))
	}
}

func (o *object) bytes(name string, value []byte) {
	if len(value) > 0 {
		o.name(name, `"`)
		o.b = append(appendBase64(o.b, value), '"')
	}
}

func (o *object) end() []byte {
	if !o.some {
		o.b = append(o.b, '{')
	}
	return append(o.b, '}')
}
