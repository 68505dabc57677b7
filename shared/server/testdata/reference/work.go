package main

import (
	"bytes"
	"encoding/base64"

	"rekey/shared/aead"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
)

const (
	keyID     = "reference-key"
	versionID = "v1"
	frame     = 100 // bytes of an answer around its base64
)

var (
	sealer = must(aead.NewKey(key.AES256, make([]byte, aead.MaterialSize))) // the key that .ci/figures has rekey serve
	prefix = ciphertext.AppendPrefix(nil, key.AES256, keyID, versionID)
)

// work is the core of an operation and nothing else; what is wrong panics.
func work(operation string, body []byte) []byte {
	if operation == "generateDataKey" {
		dataKey := must(aead.RandomBytes(32))
		return answer(dataKey, seal(dataKey))
	}
	_, text, _ := bytes.Cut(body, []byte(`text":"`)) // plaintext or ciphertext
	text, _, _ = bytes.Cut(text, []byte{'"'})
	in := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	in = in[:must(base64.StdEncoding.Decode(in, text))]
	switch operation {
	case "encrypt":
		return answer(seal(in))
	case "decrypt":
		return answer(open(in))
	}
	return answer(seal(open(in)))
}

// answer has the size of one with these fields.
func answer(fields ...[]byte) []byte {
	size := frame
	for _, f := range fields {
		size += base64.StdEncoding.EncodedLen(len(f))
	}
	out := make([]byte, frame, size)
	for _, f := range fields {
		out = base64.StdEncoding.AppendEncode(out, f)
	}
	return out
}

func seal(plaintext []byte) []byte { return must(sealer.Seal(nil, prefix, nil, plaintext)) }

func open(blob []byte) []byte {
	n := len(prefix) + aead.SaltSize
	return must(sealer.Open(blob[:n], blob[n:], nil))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
