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

// room is the memory of a request: its body, what is decoded of it, what is
// sealed of that, and the answer.
type room struct {
	body            bytes.Buffer
	in, blob, reply []byte
}

// work is the core of an operation and nothing else; what is wrong panics.
func (m *room) work(operation string) []byte {
	if operation == "generateDataKey" {
		dataKey := must(aead.RandomBytes(32))
		return m.answer(dataKey, m.seal(dataKey))
	}
	_, text, _ := bytes.Cut(m.body.Bytes(), []byte(`text":"`)) // plaintext or ciphertext
	text, _, _ = bytes.Cut(text, []byte{'"'})
	m.in = must(base64.StdEncoding.AppendDecode(m.in[:0], text))
	switch operation {
	case "encrypt":
		return m.answer(m.seal(m.in))
	case "decrypt":
		return m.answer(open(m.in))
	}
	return m.answer(m.seal(open(m.in)))
}

// answer has the size of one with these fields.
func (m *room) answer(fields ...[]byte) []byte {
	m.reply = append(m.reply[:0], make([]byte, frame)...)
	for _, f := range fields {
		m.reply = base64.StdEncoding.AppendEncode(m.reply, f)
	}
	return m.reply
}

func (m *room) seal(plaintext []byte) []byte {
	m.blob = must(sealer.Seal(m.blob[:0], prefix, nil, plaintext))
	return m.blob
}

func open(blob []byte) []byte {
	n := len(prefix) + aead.SaltSize
	return must(sealer.Open(nil, blob[:n], blob[n:], nil))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
