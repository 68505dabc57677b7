package kms

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
)

// attacked is a service with a message to attack: key one, version v1, AAD
// "aad". Its suite stands at 4, its ids at 6 and 10, its salt at 12.
type attacked struct {
	*Service
	ring *ring
	good []byte
}

func attack(t testing.TB) *attacked {
	t.Helper()
	s, r := two(t)
	r.add(t, "one", "v2", key.AES256, material(9))
	r.versions[ask{"one", ""}] = r.versions[ask{"one", "v1"}]
	return &attacked{s, r, mustEncrypt(t, s, "one", "aad", "plaintext")}
}

// refuses checks that a blob opens in neither way, with one answer, nothing
// beside it and nothing written to; a message that ends with ... is how the
// answer begins.
func (a *attacked) refuses(t *testing.T, name string, blob []byte, aad string, code api.Code, message string) {
	t.Helper()
	before, context := bytes.Clone(blob), []byte(aad)
	d, err := a.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: "one", AADContext: context, Ciphertext: blob})
	wantAnswer(t, name, err, code, message)
	re, err := a.ReEncrypt(ctx, api.Own(), &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one",
		SourceAADContext: context, Ciphertext: blob})
	wantAnswer(t, name+", reEncrypt", err, code, message)
	if d != nil || re != nil {
		t.Errorf("%s: a response beside the error", name)
	}
	if !bytes.Equal(blob, before) || string(context) != aad {
		t.Errorf("%s: the request was written to", name)
	}
}

func wantAnswer(t *testing.T, name string, err error, code api.Code, message string) {
	t.Helper()
	begin, cut := strings.CutSuffix(message, "...")
	if cut && err != nil && strings.HasPrefix(err.Error(), code.String()+": "+begin) {
		return
	}
	wantError(t, name, err, code, message)
}

const bad = "Bad ciphertext"

// TestEveryBit flips each bit of each byte. The answer is the one for the
// field that the byte stands in.
func TestEveryBit(t *testing.T) {
	a := attack(t)
	for i := range 8 * len(a.good) {
		blob := bytes.Clone(a.good)
		blob[i/8] ^= 1 << (i % 8)
		name := fmt.Sprintf("bit %d of byte %d", i%8, i/8)
		code, message := answerTo(blob, i/8)
		a.refuses(t, name, blob, "aad", code, message)
	}
}

// answerTo is the answer of docs/api.md to a blob whose byte at was changed.
func answerTo(blob []byte, at int) (api.Code, string) {
	inID := func(b []byte) bool { return key.CheckBytes(b) == nil }
	switch suite := key.Algorithm(blob[4]); {
	case at < 3:
		return api.InvalidArgument, bad + ": not an RKY1 ciphertext"
	case at == 3:
		return api.InvalidArgument, fmt.Sprintf("%s: unknown format %d...", bad, blob[3])
	case at == 4 && !suite.Valid():
		return api.InvalidArgument, fmt.Sprintf("%s: unknown suite %d", bad, suite)
	case at == 5: // another length: the bytes after the key id are not a length of a version id
		return api.InvalidArgument, bad + ": ..."
	case at < 9 && at > 5 && !inID(blob[6:9]):
		return api.InvalidArgument, bad + ": its key id has a character..."
	case at < 9 && at > 5:
		return api.InvalidArgument, bad + ": it was made by key " + string(blob[6:9])
	case at < 12 && at > 8: // another version id, perhaps with bytes of the salt
		if end := 10 + int(blob[9]); end > len(blob) || !inID(blob[10:end]) {
			return api.InvalidArgument, bad + ": ..."
		}
		return api.NotFound, "" // the ring of this package has but one sentinel for it
	}
	return api.InvalidArgument, bad
}

func TestEveryLength(t *testing.T) {
	a := attack(t)
	a.refuses(t, "empty", nil, "aad", api.InvalidArgument, "ciphertext: is required")
	least := len(a.good) - len("plaintext")
	for n := 1; n < len(a.good); n++ {
		message := bad
		if n < least {
			message = bad + ": cut short..."
		}
		a.refuses(t, fmt.Sprint("cut to ", n), a.good[:n], "aad", api.InvalidArgument, message)
	}
	for b := range 256 {
		a.refuses(t, "a byte appended", append(bytes.Clone(a.good), byte(b)), "aad", api.InvalidArgument, bad)
	}
	other := mustEncrypt(t, a.Service, "one", "aad", "plaintext")
	a.refuses(t, "two joined", append(bytes.Clone(a.good), other...), "aad", api.InvalidArgument, bad)
	a.refuses(t, "joined and too long", append(bytes.Clone(a.good), make([]byte, ciphertext.MaxSize)...), "aad",
		api.InvalidArgument, bad+": it is ...")
}
