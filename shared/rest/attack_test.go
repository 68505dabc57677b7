package rest_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/rest"
)

// refuses checks that decrypt and reEncrypt both refuse a ciphertext of key
// one with one answer, in which nothing stands but an error.
func (w *world) refuses(t testing.TB, name string, sealed []byte, aad string, status int, code api.Code,
	message string) {
	t.Helper()
	for op, a := range w.open(t, sealed, aad) {
		a.wantError(t, op+", "+name, status, code, message)
		if len(a.fields) != 3 {
			t.Errorf("%s, %s: more than code, message and details: %s", op, name, a.Body)
		}
	}
}

const bad = "Bad ciphertext"

// TestEveryBit flips each bit of each byte of a ciphertext on its way. Where
// TestBadHeader says what is wrong with a header, this one finds no bit that
// anything overlooks.
func TestEveryBit(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "aad", "some plaintext")
	for i := range 8 * len(good) {
		blob := edit(good, func(b []byte) []byte { b[i/8] ^= 1 << (i % 8); return b })
		status, code, message := answerTo(blob, i/8)
		w.refuses(t, fmt.Sprintf("bit %d of byte %d", i%8, i/8), blob, "aad", status, code, message)
	}
}

// answerTo is the answer of docs/api.md to a blob whose byte at was changed:
// key one, version v2, its suite at 4, its ids at 6 and 10, its salt at 12.
func answerTo(blob []byte, at int) (status int, code api.Code, message string) {
	what := ""
	switch inKey := key.CheckBytes(blob[6:9]) == nil; {
	case at < 3:
		what = ": not an RKY1 ciphertext"
	case at == 3:
		what = fmt.Sprintf(": unknown format %d: made by a newer version?", blob[3])
	case at == 4 && (blob[4] < 1 || blob[4] > 4):
		what = fmt.Sprintf(": unknown suite %d", blob[4])
	case at == 5:
		what = ": ..."
	case at > 5 && at < 9 && inKey:
		what = ": it was made by key " + string(blob[6:9])
	case at > 5 && at < 9:
		what = ": its key id has a character outside ..."
	case at > 8 && at < 12:
		end := 10 + int(blob[9])
		if end <= len(blob) && key.CheckBytes(blob[10:end]) == nil {
			return 404, api.NotFound, "key one has no version " + string(blob[10:end])
		}
		what = ": ..."
	}
	return 400, api.InvalidArgument, bad + what
}

// TestSwaps puts parts of one message into another of the same key, AAD and
// length, joins two, and moves the border of AAD and plaintext.
func TestSwaps(t *testing.T) {
	w := newWorld(t)
	good, other := w.mustEncrypt(t, "one", "aad", "some plaintext"), w.mustEncrypt(t, "one", "aad", "some plaintext")
	for name, part := range map[string][2]int{"header": {0, 36}, "commitment": {36, 68}, "nonce": {68, 80},
		"body": {80, 94}, "tag": {94, 110}, "sealed": {36, 110}} {
		w.refuses(t, name+" of another", edit(good, func(b []byte) []byte {
			copy(b[part[0]:part[1]], other[part[0]:])
			return b
		}), "aad", 400, api.InvalidArgument, bad)
		if name != "header" {
			w.refuses(t, name+" zeroed", edit(good, func(b []byte) []byte { clear(b[part[0]:part[1]]); return b }),
				"aad", 400, api.InvalidArgument, bad)
		}
	}
	w.refuses(t, "two joined", append(bytes.Clone(good), other...), "aad", 400, api.InvalidArgument, bad)
	w.refuses(t, "(ab, c) as (a, bc)", w.mustEncrypt(t, "one", "ab", "c"), "a", 400, api.InvalidArgument, bad)
	w.refuses(t, "(a, bc) as (ab, c)", w.mustEncrypt(t, "one", "a", "bc"), "ab", 400, api.InvalidArgument, bad)
	w.refuses(t, "empty", nil, "aad", 400, api.InvalidArgument, "ciphertext: is required")
}

// TestEqualMaterial: a key with the material of key one opens none of its
// ciphertexts, as they are or renamed; and the body of docs/format.md that
// opens under two AES keys opens under neither of the two versions.
func TestEqualMaterial(t *testing.T) {
	w := newWorld(t)
	w.add(t, "eno", "v2", key.AES256, 2)
	good := w.mustEncrypt(t, "eno", "aad", "x")
	w.refuses(t, "as it is", good, "aad", 400, api.InvalidArgument, bad+": it was made by key eno")
	w.refuses(t, "renamed", edit(good, func(b []byte) []byte { copy(b[6:], "one"); return b }), "aad", 400,
		api.InvalidArgument, bad)
	collision, err := hex.DecodeString("000000000000000000000000" +
		"696e76697369626c652073616c616d2e178468e38e020c7e9f08fc69734aa8045a4d2416e5fb8a62ece547483a64e557")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []byte("12") { // made of 01 x 32 and of 02 x 32
		w.refuses(t, "collision", append(edit(w.mustEncrypt(t, "one", "", "x"), set(11, version))[:68], collision...),
			"", 400, api.InvalidArgument, bad)
	}
}

// TestNoRandomness: the operations that need randomness answer INTERNAL, with
// nothing of what they could make. The request brings its id: without
// randomness none can be made.
func TestNoRandomness(t *testing.T) {
	w := newWorld(t)
	sealed := b64(string(w.mustEncrypt(t, "one", "", "x")))
	defer func(before io.Reader) { rand.Reader = before }(rand.Reader)
	for action, body := range map[string]string{
		"one:encrypt": `{"plaintext":"eA=="}`, "one:generateDataKey": `{"dataKeySpec":"AES_256"}`,
		"two:reEncrypt": `{"sourceKeyId":"one","ciphertext":"` + sealed + `"}`,
	} {
		for _, bytesFirst := range []int{0, 24, 35} {
			w.log.Reset()
			rand.Reader = io.MultiReader(bytes.NewReader(make([]byte, bytesFirst)),
				iotest.ErrReader(errors.New("no entropy")))
			a := w.serve(t, 0, rest.Request{Path: rest.Prefix + action, Proof: someone, RequestID: "r1",
				Body: []byte(body)})
			a.wantError(t, action, 500, api.Internal, "internal error")
			w.wantLog(t, action, "r1", "no entropy")
		}
	}
	rand.Reader = iotest.ErrReader(errors.New("no entropy"))
	a := w.serve(t, 0, rest.Request{Path: rest.Prefix + "one:decrypt", Proof: someone, RequestID: "r1",
		Body: []byte(`{"ciphertext":"` + sealed + `"}`)})
	a.wantOK(t, "decrypt", "plaintext")
}
