package ciphertext

import (
	"bytes"
	"slices"

	"rekey/shared/strictjson"
)

// members of JSON documents that hold ciphertexts: of this API in both of
// protobuf's spellings, of Vault (inside data), of AWS KMS, and of a function
// or a gateway (a document inside body).
var members = []string{"ciphertext", "dataKeyCiphertext", "data_key_ciphertext", "data", "CiphertextBlob", "body"}

func (w *walk) offJSON(text []byte, layers int) (Report, bool) {
	if text[0] == '"' {
		return w.offString("a JSON string", text, layers)
	}
	found := Report{}
	keys, several := false, false
	err := strictjson.Members(text, func(name []byte, v strictjson.Value) error {
		keys = keys || string(name) == "keys" && v.IsArray()
		if !slices.Contains(members, string(name)) {
			return nil
		}
		r, ok := w.offMember(string(name), v, layers)
		several = several || ok && r.Blob != nil && found.Blob != nil && !bytes.Equal(r.Blob, found.Blob)
		if ok && (found.Verdict == 0 || found.Blob == nil && r.Blob != nil) {
			found = r
		}
		return nil
	})
	switch {
	case err != nil:
		return Report{}, false
	case several:
		return unknown(len(text), "it is a JSON document with several ciphertexts: give one of them"), true
	case found.Verdict != 0:
		return found, true
	case keys && bytes.Contains(text, []byte(`"generation"`)):
		return Report{Verdict: Alien, Total: len(text), Foreign: keyring}, true
	case keys && bytes.Contains(text, []byte(`"material"`)):
		return Report{Verdict: Alien, Total: len(text), Foreign: seed}, true
	}
	return unknown(len(text), "it is a JSON document without a ciphertext that is known here"), true
}

func (w *walk) offMember(name string, v strictjson.Value, layers int) (Report, bool) {
	layer := "JSON member " + name
	if v.IsString() {
		return w.offString(layer, v, layers)
	}
	return w.within(layer, v, layers)
}

func (w *walk) offString(layer string, v []byte, layers int) (Report, bool) {
	if len(v) < 2 || v[len(v)-1] != '"' {
		return Report{}, false
	}
	s, err := strictjson.Value(v).Text()
	if err != nil {
		return Report{}, false
	}
	return w.within(layer, s, layers)
}
