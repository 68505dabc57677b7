package rest_test

import (
	"context"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/manage"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// TestEncodeResponse: bytes in standard padded base64, empty fields left out,
// the order that of the proto.
func TestEncodeResponse(t *testing.T) {
	const plain, bytes64 = "\xfb\xff\xbe\xfe>?~\x00\x01\x02", "+/++/j4/fgABAg=="
	for _, row := range []struct {
		response any
		want     string
	}{
		{&api.EncryptResponse{KeyID: "k", VersionID: "v", Ciphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","ciphertext":"` + bytes64 + `"}`},
		{&api.DecryptResponse{KeyID: "k", VersionID: "v", Plaintext: []byte(plain)},
			`{"keyId":"k","versionId":"v","plaintext":"` + bytes64 + `"}`},
		{&api.ReEncryptResponse{KeyID: "k", VersionID: "v", SourceKeyID: "sk", SourceVersionID: "sv",
			Ciphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","sourceKeyId":"sk","sourceVersionId":"sv","ciphertext":"` + bytes64 + `"}`},
		{&api.GenerateDataKeyResponse{KeyID: "k", VersionID: "v", DataKeyPlaintext: []byte("x"),
			DataKeyCiphertext: []byte(plain)},
			`{"keyId":"k","versionId":"v","dataKeyPlaintext":"eA==","dataKeyCiphertext":"` + bytes64 + `"}`},
	} {
		if got := string(rest.EncodeResponse(row.response)); got != row.want {
			t.Errorf("got  %s\nwant %s", got, row.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a value that is not a response did not panic")
		}
	}()
	rest.EncodeResponse(api.EncryptResponse{})
}

// TestKeyAnswer: what a store says of a key is JSON, whatever it says; what it
// does not know is left out.
func TestKeyAnswer(t *testing.T) {
	for want, k := range map[string]*keyadmin.Key{
		`{"id":"k"}`: {ID: "k"},
		`{"id":"k","primaryVersion":{"id":"v","keyId":"k","primary":true}}`: {ID: "k",
			PrimaryVersion: &keyadmin.Version{ID: "v", KeyID: "k", Primary: true}},
		`{"id":"k","folderId":"\"f","name":"\u0001\"","primaryVersion":{"id":"v\"","keyId":"k\""}}`: {ID: "k",
			FolderID: `"f`, Name: "\x01\"", PrimaryVersion: &keyadmin.Version{ID: `v"`, KeyID: `k"`}},
	} {
		w := newWorld(t)
		rules := w.rules(nil, requestlog.None)
		w.API = rest.New(identify, rules, rest.Keys(manage.New(func(context.Context) ([]*keyadmin.Key, error) {
			return []*keyadmin.Key{k}, nil
		}, rules)))
		for path, want := range map[string]string{"/k": want, "": `{"keys":[` + want + `]}`} {
			a := w.serve(t, 0, rest.Request{Method: "GET", Path: api.Collection + path, Proof: someone})
			if string(a.Body) != want {
				t.Errorf("got  %s\nwant %s", a.Body, want)
			}
		}
	}
}

// TestEmptyPlaintextOpens: nothing cannot be encrypted here, and a ciphertext
// of nothing made elsewhere opens: its plaintext is left out of the answer.
func TestEmptyPlaintextOpens(t *testing.T) {
	w := newWorld(t)
	sealed, err := w.ring.versions[ask{"one", "v2"}].Key.Seal(nil, []byte("RKY\x01\x03\x03one\x02v2"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := w.post(t, "one:decrypt", `{"ciphertext":"`+b64(string(sealed))+`"}`)
	if want := `{"keyId":"one","versionId":"v2"}`; a.Status != 200 || string(a.Body) != want {
		t.Errorf("got %d %s, want 200 %s", a.Status, a.Body, want)
	}
}

// TestLargestCiphertext: 32959 bytes open, and one more are too many.
func TestLargestCiphertext(t *testing.T) {
	id := strings.Repeat("k", 50)
	w := newWorld(t)
	w.add(t, key.ID(id), key.VersionID(id), key.AES256, 4)
	sealed := w.mustEncrypt(t, id, "", strings.Repeat("x", 32768))
	if len(sealed) != 32959 {
		t.Fatalf("the largest ciphertext is %d bytes long, want 32959", len(sealed))
	}
	w.post(t, id+":decrypt", `{"ciphertext":"`+b64(string(sealed))+`"}`).wantOK(t, "32959", "plaintext")
}
